package rescue

import (
	"testing"

	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
	"baoluu/sites"
)

// TestKnow: a newspaper that is in no file is known by the newest copy of its description that can be
// read, and is its own; one that has a file is known by that.
func TestKnow(t *testing.T) {
	of := func(title, name string) string {
		d := archivetest.Newspapers(t, name)[0].Describe()
		d.Title = title
		text, err := d.YAML(nil)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for what, c := range map[string]struct {
		copies []string
		file   bool   // there is one
		want   string // title; "" for unknown
	}{
		"the newest":              {copies: []string{of("Một", "bao-moi"), of("Hai", "bao-moi")}, want: "Hai"},
		"one that is damaged":     {copies: []string{of("Một", "bao-moi"), of("Hai", "bao-moi"), "name: bao-moi\n"}, want: "Hai"},
		"one of another":          {copies: []string{of("Một", "bao-moi"), of("Hai", "bao-cu")}, want: "Một"},
		"one with a known host":   {copies: []string{of("Một", "bao-moi"), knownHost(t)}, want: "Ba"},
		"it has a file":           {copies: []string{of("Một", "bao-moi")}, file: true, want: "Báo bao-moi"},
		"none that can be read":   {copies: []string{"name: bao-moi\n", "\x00"}},
		"no copy, as it was once": {},
	} {
		t.Run(what, func(t *testing.T) {
			archivetest.Use(t)
			if c.file {
				archivetest.Use(t, archivetest.Newspapers(t, "bao-moi")...)
			}
			a := archivetest.Fresh(t)
			np := a.Newspaper("bao-moi")
			err := np.Update(ctx, func(w schema.Writer) error {
				for i, text := range c.copies {
					if err := schema.Descriptions.Save(w, archivetest.At(i), schema.Description{Program: "(devel)", Text: text}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			to := archivetest.Another(t)
			report, err := Run(ctx, a, "bao-moi", to.Dir(), Options{})
			s, known := sites.ByName("bao-moi")
			if err != nil || known != (c.want != "") || known && s.Title != c.want {
				t.Errorf("%+v, %v; known %v", report, err, s)
			}
			if vov, ok := sites.ByName("vov"); !ok || !vov.Owns("vov.vn") {
				t.Error("another newspaper has gone")
			}
		})
	}
}

// knownHost is a copy that says of the newspaper a host that another has.
func knownHost(t *testing.T) string {
	d := archivetest.Newspapers(t, "bao-moi")[0].Describe()
	d.Title, d.Hosts = "Ba", append(d.Hosts, "vov.vn")
	text, err := d.YAML(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

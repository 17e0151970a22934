package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"baoluu/cleaner"
	"baoluu/cleaner/fixture"
)

type fixtureOptions struct {
	version int
	at, out string
	asJSON  bool
}

func (a *app) fixtureCommand() *cobra.Command {
	var o fixtureOptions
	cmd := &cobra.Command{
		Use:   "fixture PAGE",
		Short: "Freeze a page of the archive as a test of the cleaner",
		Long: `Fixture writes one snapshot of a page as the tests of the cleaner want it
(CONTRIBUTING.md, "How to add a newspaper"): LAYOUT.CAPTURED.html, as it was
captured, and beside it the article that this program's cleaner makes of it, as
JSON. A page that does not name its address gets it in a comment. By default it is
the newest snapshot that could be read, and the folder cleaner/testdata/SITE of the
clone that you are in.

A page that no layout fits is a fixture of the layout "generic": give it the name of
the layout that is to read it, once there is one.

A file that is there and holds something else is left as it is. The text is the
newspaper's: a fixture that others get wants words of your own in its place.

` + pageHelp,
		Example: `  baoluu fixture dantri/20221224083224103
  baoluu fixture --at 2026-03-11 --out /tmp/fixtures vov/post1315698`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			at, err := chosenSnapshot(cmd, o.version, o.at)
			if err != nil {
				return err
			}
			return a.fixture(cmd.Context(), args[0], o, at)
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.version, "version", 0, "number of the `version` (default the newest)")
	f.StringVar(&o.at, "at", "", "the page "+atHelp)
	f.StringVar(&o.out, "out", "", "`folder` for the two files (default: cleaner/testdata/SITE of the clone)")
	f.BoolVar(&o.asJSON, "json", false, "print a JSON line")
	return cmd
}

// fixtureLine is a page that was frozen.
type fixtureLine struct {
	Type     string `json:"type"`
	Page     string `json:"page"`
	Captured string `json:"captured"`
	Layout   string `json:"layout"`
	File     string `json:"file"`
	Golden   string `json:"golden"`
	Wrote    bool   `json:"wrote"` // false: both were there already
}

func (a *app) fixture(ctx context.Context, ref string, o fixtureOptions, at time.Time) error {
	boundMemory()
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	s, err := a.findReadable(ctx, arch, ref, o.version, at)
	if err != nil {
		return err
	}
	if o.out == "" {
		if o.out, err = fixtureFolder(s.site); err != nil {
			return err
		}
	}
	body, err := s.view.Body(ctx, s.version.Capture)
	if err != nil {
		return err
	}
	c, err := s.view.Capture(ctx, s.version.Capture)
	if err != nil {
		return err
	}
	site, err := siteNamed(s.site)
	if err != nil {
		return err
	}
	frozen, err := fixture.Freeze(cleaner.Page{Body: body, ContentType: c.ContentType, URL: c.URL, Captured: c.Time, Answer: c.Status != 0}, site)
	if err != nil {
		return ofWhat(s.site+"/"+s.page.Page, err)
	}
	return a.writeFixture(frozen, o, fixtureLine{Page: s.site + "/" + s.page.Page, Captured: local(c.Time)})
}

// writeFixture writes a fixture and its golden file, or none of them.
func (a *app) writeFixture(f fixture.Fixture, o fixtureOptions, line fixtureLine) error {
	line.Type, line.Layout = "fixture", f.Article.Layout
	line.File, line.Golden = filepath.Join(o.out, f.Name), filepath.Join(o.out, f.GoldenName())
	wanted := map[string][]byte{line.File: f.Body, line.Golden: f.Golden}
	for _, name := range []string{line.Golden, line.File} {
		there, err := os.ReadFile(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return err
		case !bytes.Equal(there, wanted[name]):
			return withHint("take it away, or name another folder with --out", "%s is there and holds something else", name)
		default:
			delete(wanted, name)
		}
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	for _, name := range []string{line.Golden, line.File} {
		b, missing := wanted[name]
		if !missing {
			continue
		}
		if err := writeAtomically(name, b); err != nil {
			return err
		}
	}
	line.Wrote = len(wanted) > 0
	printf(a.err, "the text is the newspaper's: put words of your own in its place before others get the file, then \"go test ./cleaner -run TestGolden -update\"\n")
	if o.asJSON {
		return printJSON(a.out, line)
	}
	_, err := printf(a.out, "%s\n%s\n", line.File, line.Golden)
	return err
}

// ofProgram is the line of go.mod by which a clone of this program is known.
var ofProgram = regexp.MustCompile(`(?m)^module baoluu$`)

// fixtureFolder is where the clone that this is called in has a newspaper's fixtures.
func fixtureFolder(site string) (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		if b, err := readAtMost(filepath.Join(at, "go.mod"), 1<<20); err == nil && ofProgram.Match(b) {
			return filepath.Join(at, "cleaner", "testdata", site), nil
		}
		if at == filepath.Dir(at) {
			return "", withHint("name a folder with --out", "%s is in no clone of this program: there is no folder for fixtures", dir)
		}
	}
}

package export

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzRead: no manifest makes it panic, and what is read of one is read again of what is
// written of that.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		`{"type":"export","program":"baoluu/1","format":"jsonl","options":{"compress":"gz","shard":3,"with":["byline"]},"selection":{"sites":["vov"],"version":"all"},` +
			`"since":{"manifests":["` + strings.Repeat("0a", 32) + `"]},"complete":true,"newspapers":[{"site":"vov","count":1,"considered":2,"left_out":{"lang":1},"cleaners":["vov/1"]}],` +
			`"files":[{"path":"vov.jsonl","bytes":3,"sha256":"` + strings.Repeat("00", 32) + `"}],"articles":[{"page":"vov/1"}],"withdrawn":[{"page":"vov/2","version":1,"why":"gone"}]}`,
		`{"type":"export","files":[],"more":[{"a":1}]}`, `{"type":"export","articles":{}}`, `{"type":"export","files":[`, `[]`, ``, `{"type":"export","newspapers":null}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		read := func(text []byte) (m Manifest, files []File, err error) {
			m, err = Read(bytes.NewReader(text), Each{
				File: func(file File) error {
					files = append(files, file)
					return nil
				},
				Article: func(json.RawMessage) error { return nil }, Withdrawn: func(json.RawMessage) error { return nil },
			})
			return m, files, err
		}
		m, files, err := read(text)
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := m.write(&out, slices.Values(files)); err != nil {
			t.Fatal(err)
		}
		again, filesAgain, err := read(out.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m, again); diff != "" && len(m.Newspapers) > 0 {
			t.Error(diff)
		}
		if !slices.Equal(files, filesAgain) {
			t.Errorf("%v, not %v", filesAgain, files)
		}
	})
}

package corpus

import (
	"crypto/sha256"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"
)

// texts writes one plain-text file a record: its text and one newline.
type texts struct {
	form Form
	to   Files
}

func (t texts) Put(r Record) error {
	name := fileName(r.Key())
	if t.form.Versions {
		name += fmt.Sprintf(".v%d", r.Version)
	}
	day := r.Day()
	part := ""
	if t.form.Split != (Split{}) {
		part = t.form.Split.Of(r.Chosen)
	}
	w, err := t.to.Create(path.Join(r.Site(), part, day.Format("2006"), day.Format("01"), name+".txt"))
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, t.form.Text.Apply(t.form.text(r))+"\n")
	return err
}

func (t texts) Close() error { return nil }

// maxName leaves room for ".v123456.txt" under the 255 bytes that file systems allow a name.
const maxName = 200

// reserved are names that Windows keeps for devices, whatever ending follows.
var reserved = regexp.MustCompile(`^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)`)

// fileName is a page's key as a file name on any system: small letters, digits, dot,
// hyphen and underscore stay, any other byte is %XX, as is a leading dot; a capital
// letter, too, for many systems do not tell it from a small one. A name that would be too
// long is cut, and its SHA-256 added.
func fileName(key string) string {
	var b strings.Builder
	device := reserved.MatchString(key)
	for i := range len(key) {
		c := key[i]
		if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.') && (i > 0 || c != '.' && !device) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	if b.Len() <= maxName {
		return b.String()
	}
	sum := sha256.Sum256([]byte(key))
	return fmt.Sprintf("%s~%x", b.String()[:maxName-1-2*len(sum)], sum)
}

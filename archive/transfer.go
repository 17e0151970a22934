package archive

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"baoluu/archive/capture"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/newspaper"
	"baoluu/archive/internal/schema"
	"baoluu/cleaner"
)

// What backup, merge and rescue share: reading one file in turns, and giving
// captures to another archive in batches.

const (
	// intakeBatch and intakeBytes bound what is committed at once, and with it
	// memory: whichever is reached first.
	intakeBatch = 64
	intakeBytes = 16 << 20
	// gatherMany is how many small records are read in one turn.
	gatherMany = 2000
)

// parcel is a capture with what is kept of it, read but not yet unpacked.
type parcel struct {
	capture.Capture
	body    body.Chain // no parts: it brought none
	article schema.Article
	cleaned bool       // it has an article of its own, or a reason why there is none
	dict    body.Chain // of an article that was packed against another body
}

func (s *parcel) size() (n int) {
	for _, p := range s.body.Parts {
		n += len(p.Frame) + int(p.Size)
	}
	return n + len(s.article.Frame)
}

// loadParcel reads what belongs to a capture.
func loadParcel(np *newspaper.Newspaper, r schema.Reader, generation uint32, c capture.Capture) (s parcel, err error) {
	s.Capture = c
	if c.Digest != "" && c.RevisitOf == 0 {
		n, err := schema.BodyNumber(r, c.Digest)
		if err == nil && n == 0 && c.Kind != capture.Revisit {
			err = schema.Corrupt("the body of capture %d is missing", c.Number)
		}
		if err != nil {
			return s, err
		}
		// A revisit has the body that stands under its own number: what it repeats is
		// gone.
		if c.Kind != capture.Revisit || n == c.Number {
			if s.body, err = np.Bodies.Chain(r, n); err != nil {
				return s, err
			}
		}
	}
	if s.article, s.cleaned, err = schema.Articles(generation).Load(r, c.Number); err != nil {
		return s, err
	}
	s.article.Frame = append([]byte(nil), s.article.Frame...)
	if dict := s.article.Dict; dict != 0 && (len(s.body.Parts) == 0 || dict != s.body.Parts[0].Number) {
		s.dict, err = np.Bodies.Chain(r, dict)
	}
	return s, err
}

// unpackParcel makes of it what can be committed elsewhere.
func unpackParcel(np *newspaper.Newspaper, s parcel) (k capture.Kept, err error) {
	k.Capture = s.Capture
	if len(s.body.Parts) > 0 {
		if k.Body, err = np.Bodies.Unpack(s.body); err != nil {
			return k, err
		}
	}
	if !s.cleaned {
		return k, nil
	}
	if s.article.Refused != "" {
		k.Refused = s.article.Refused
		return k, nil
	}
	base := k.Body
	if len(s.dict.Parts) > 0 {
		if base, err = np.Bodies.Unpack(s.dict); err != nil {
			return k, err
		}
	}
	var art cleaner.Article
	if art, err = np.Pool.Article(s.Number, s.article, base); err == nil {
		k.Article = &art
	}
	return k, err
}

// intake commits captures in batches.
type intake struct {
	to   *newspaper.Newspaper
	took func(k capture.Kept, p capture.Put)

	batch   []capture.Kept
	bytes   int
	pending map[uint64]bool // numbers, as they were, of what waits in the batch
}

// add takes a capture; its Number is the one that it had.
func (in *intake) add(ctx context.Context, k capture.Kept) error {
	if in.pending == nil {
		in.pending = map[uint64]bool{}
	}
	in.pending[k.Number] = true
	in.batch = append(in.batch, k)
	in.bytes += len(k.Body)
	if len(in.batch) < intakeBatch && in.bytes < intakeBytes {
		return nil
	}
	return in.flush(ctx)
}

// flush commits what was taken.
func (in *intake) flush(ctx context.Context) error {
	if len(in.batch) == 0 {
		return nil
	}
	puts, err := in.to.Commit(ctx, capture.Batch{Kept: in.batch})
	if err != nil {
		return err
	}
	for i, p := range puts {
		in.took(in.batch[i], p)
	}
	clear(in.batch)
	clear(in.pending)
	in.batch, in.bytes = in.batch[:0], 0
	return nil
}

// like makes an archive clean as that of a newspaper does.
func (a *Archive) like(np *newspaper.Newspaper) {
	a.cleaner, a.folder.Patience = *np.Cleaner, np.File.Folder.Patience
}

// Elsewhere refuses a folder that is the archive's own, or lies within it: nothing
// can be backed up, rescued or merged from there to here.
func (a *Archive) Elsewhere(dir string) error { return elsewhere(a.folder.Dir, dir) }

// elsewhere is Elsewhere for the archive in a folder.
func elsewhere(archive, dir string) error {
	inside, err := within(archive, dir)
	if own, e := within(dir, archive); err == nil && inside && e == nil && own {
		return schema.Say(ErrInvalid, "%s is this very archive: name another folder, best on another disk", Path(dir))
	}
	if err == nil && inside {
		err = schema.Say(ErrInvalid, "%s lies within the archive itself: name a folder elsewhere, best on another disk", Path(dir))
	}
	return err
}

// Apart refuses a folder for files that are no archive: one that is this archive, another
// one or a backup, or lies within, and one that this archive lies within.
func (a *Archive) Apart(dir string) error {
	if own, err := within(a.folder.Dir, dir); err != nil || own {
		return cmp.Or(err, fmt.Errorf("%s is the archive itself, or lies within it", Path(dir)))
	}
	if _, err := os.Stat(dir); err == nil {
		if around, err := within(dir, a.folder.Dir); err != nil || around {
			return cmp.Or(err, fmt.Errorf("the archive, %s, lies within %s", Path(a.folder.Dir), Path(dir)))
		}
	}
	var err error
	uerr := upwards(dir, func(folder string) bool {
		if _, merr := os.Lstat(filepath.Join(folder, markName)); merr == nil {
			err = fmt.Errorf("%s is an archive or backup, or lies within one: %s", Path(dir), Path(folder))
		}
		return err == nil
	})
	return cmp.Or(uerr, err)
}

// within tells whether path is the folder dir or lies in it, or will.
func within(dir, path string) (inside bool, err error) {
	root, err := os.Stat(dir)
	if err != nil {
		return false, err
	}
	err = upwards(path, func(folder string) bool {
		info, err := os.Stat(folder)
		inside = err == nil && os.SameFile(root, info)
		return !inside
	})
	return inside, err
}

// upwards goes from a folder, that need not be there yet, up to the root, by the folders
// that links lead to, for as long as visit says so.
func upwards(path string, visit func(folder string) bool) error {
	path, err := RealPath(path)
	if err != nil {
		return err
	}
	for {
		up := filepath.Dir(path)
		if !visit(path) || up == path {
			return nil
		}
		path = up
	}
}

// RealPath is where a path leads by the system's own reading, in which ".." is what lies
// above the folder that a link leads to. What is not there yet keeps its names.
func RealPath(path string) (string, error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return filepath.Abs(real)
	}
	up, name := filepath.Split(strings.TrimRight(path, string(filepath.Separator)))
	if name == "" || up == "" {
		return filepath.Abs(path)
	}
	up, err := RealPath(up)
	return filepath.Join(up, name), err
}

package export

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Problem is one thing that is wrong with an export on disk.
type Problem struct {
	Path string // of a file, or the name of a newspaper
	Kind ProblemKind
	Err  error // says more; nil where there is no more to say
}

// ProblemKind is what is wrong.
type ProblemKind string

// The problems.
const (
	Incomplete ProblemKind = "incomplete" // the manifest says so
	Missing    ProblemKind = "missing"    // a file that the manifest lists
	Changed    ProblemKind = "changed"    // a file has other bytes
	Broken     ProblemKind = "broken"     // a file cannot be read as what it is
	Extra      ProblemKind = "extra"      // a file that the manifest does not list
	Miscounted ProblemKind = "miscounted" // a newspaper has more articles, or fewer, than the manifest says
)

// Verified counts what was looked at.
type Verified struct {
	Files    int   `json:"files"`
	Bytes    int64 `json:"bytes"`
	Articles int   `json:"articles"`

	Format string `json:"-"` // of the export
}

// Counter tells how many articles a file holds, -1 where it holds none by its kind; the error
// says why it cannot be read.
type Counter func(path string, file *os.File) (int, error)

// Verify holds the export in a folder against its manifest, and hands over what is wrong.
// Nothing is written, and no link is followed. A folder without a manifest that can be read is an
// error.
func Verify(ctx context.Context, dir string, count Counter, each func(Problem) error) (Verified, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Verified{}, err
	}
	defer root.Close() //nolint:errcheck // it was only read
	v := verifier{root: root, count: count, each: each, listed: map[string]int{}, found: map[string]int{}}
	err = v.read()
	if errors.Is(err, fs.ErrNotExist) {
		return v.Verified, fmt.Errorf("%s has no %s: no export wrote it", dir, manifestName)
	}
	if err != nil {
		return v.Verified, fmt.Errorf("%s: %w", filepath.Join(dir, manifestName), err)
	}
	err = v.files(ctx)
	if err == nil {
		err = v.extra()
	}
	if err == nil {
		err = v.counts()
	}
	return v.Verified, err
}

type verifier struct {
	Verified
	root     *os.Root
	count    Counter
	each     func(Problem) error
	manifest Manifest
	all      []File         // of the manifest, by their paths
	digest   Digest         // of the manifest
	listed   map[string]int // articles of a newspaper in the manifest
	found    map[string]int // and in its files, or [uncounted]
}

func (v *verifier) read() error {
	info, err := v.root.Lstat(manifestName)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is a link, or no file")
	}
	if err != nil {
		return err
	}
	file, err := v.root.Open(manifestName)
	if err != nil {
		return err
	}
	defer file.Close()
	v.manifest, v.digest, err = ReadWhole(file, Each{
		File: func(f File) error {
			if !isFile(f.Path) {
				return fmt.Errorf("it lists %.200q, which no export makes", f.Path)
			}
			v.all = append(v.all, f)
			return nil
		},
		Article: func(line json.RawMessage) error {
			v.listed[siteOfLine(line)]++
			return nil
		},
	})
	slices.SortFunc(v.all, byPath)
	v.Format = v.manifest.Format
	if err == nil && !v.manifest.Complete {
		err = v.each(Problem{manifestName, Incomplete, errors.New("it was being switched to another export: export again")})
	}
	return err
}

// files looks at every file of the manifest, and at the sums.
func (v *verifier) files(ctx context.Context) error {
	for _, want := range v.all {
		n, err := v.articles(ctx, want)
		if err != nil {
			return err
		}
		if site := siteOf(want.Path); n < 0 {
			v.found[site] = uncounted
		} else if v.found[site] != uncounted {
			v.found[site] += n
		}
		v.Articles += max(n, 0)
	}
	sums := sha256.New()
	if err := writeSums(sums, v.all, File{Path: manifestName, Digest: v.digest}); err != nil {
		return err
	}
	file, err := v.open(ctx, File{Path: sumsName, Digest: Digest(sums.Sum(nil))})
	if file != nil {
		file.Close()
	}
	return err
}

// uncounted is the number of articles where not all files of a newspaper can be counted.
const uncounted = -1

// articles looks at one file, and gives the number of its articles.
func (v *verifier) articles(ctx context.Context, want File) (int, error) {
	file, err := v.open(ctx, want)
	if err != nil || file == nil {
		return uncounted, err
	}
	defer file.Close()
	n, err := v.count(want.Path, file)
	if err != nil {
		return uncounted, v.each(Problem{want.Path, Broken, err})
	}
	return n, nil
}

// open opens a file and reads it through; nil where that cannot be. It hands over what is wrong.
func (v *verifier) open(ctx context.Context, want File) (*os.File, error) {
	info, err := v.root.Lstat(want.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, v.each(Problem{want.Path, Missing, nil})
	case err == nil && !info.Mode().IsRegular():
		return nil, v.each(Problem{want.Path, Changed, errors.New("it is a link, or no file")})
	}
	file, err := v.root.Open(want.Path)
	if err != nil {
		return nil, v.each(Problem{want.Path, Broken, err})
	}
	hash := sha256.New()
	size, err := io.Copy(hash, readerFunc(func(b []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return file.Read(b)
	}))
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case err != nil:
		err = v.each(Problem{want.Path, Broken, err})
	default:
		v.Files++
		v.Bytes += size
		if Digest(hash.Sum(nil)) != want.Digest {
			err = v.each(Problem{want.Path, Changed, fmt.Errorf("the SHA-256 of its %d bytes is another", size)})
		}
		if err == nil {
			return file, nil
		}
	}
	return nil, errors.Join(err, file.Close())
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// extra finds the files that the manifest does not list.
func (v *verifier) extra() error {
	return fs.WalkDir(v.root.FS(), ".", func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return v.each(Problem{path, Broken, err})
		case path == ".", path == manifestName, path == sumsName, e.IsDir() && dirName.MatchString(path):
			return nil
		case path == workName && e.IsDir():
			return fs.SkipDir // an export is at work, or was killed
		case (e.Type().IsRegular() || e.IsDir()) && ofSystem.MatchString(e.Name()):
		default:
			if _, listed := slices.BinarySearchFunc(v.all, File{Path: path}, byPath); !listed {
				err = v.each(Problem{path, Extra, nil})
			}
		}
		if err == nil && e.IsDir() {
			err = fs.SkipDir
		}
		return err
	})
}

// counts holds the articles of each newspaper against the manifest.
func (v *verifier) counts() error {
	for _, n := range v.manifest.Newspapers {
		if listed, any := v.listed[n.Site]; any && listed != n.Count {
			if err := v.each(Problem{n.Site, Miscounted, fmt.Errorf("the manifest counts %d articles, and lists %d", n.Count, listed)}); err != nil {
				return err
			}
		}
		if found := v.found[n.Site]; found != uncounted && found != n.Count {
			if err := v.each(Problem{n.Site, Miscounted, fmt.Errorf("the manifest counts %d articles, its files hold %d", n.Count, found)}); err != nil {
				return err
			}
		}
	}
	return nil
}

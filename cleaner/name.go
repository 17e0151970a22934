package cleaner

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"go/scanner"
	"go/token"
	"hash"
	"io/fs"
	"path"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"baoluu/cleaner/internal/article"
	"baoluu/sites"
)

// source is the code that makes an article of a page, and that compares articles: what a
// re-clean derives anew.
//
//go:embed *.go challenge/*.go charset/*.go compare/*.go picture/*.go internal/*/*.go
var source embed.FS

// modules are those whose code has a part in cleaning.
var modules = []string{"github.com/PuerkitoBio/goquery", "github.com/andybalholm/cascadia", "github.com/pmezard/go-difflib", "golang.org/x/image", "golang.org/x/net", "golang.org/x/text"}

// nameLength is how many hexadecimal digits of a hash tell one cleaner from another.
const nameLength = 12

var names sync.Map // of the newspapers, by their [*sites.Site]

// Name names the cleaner of a newspaper, "vov/3f9ac01b22d4"; nil is the generic one. Every
// article that it makes names it so, beside its layout. The digits are a hash over all that
// the article depends on: this program's code for cleaning (comments do not count), what
// sites knows of that newspaper ([sites.Site.Rules]), the modules that parse, and the release of Go.
// So they change when an article may come out different, and what is known of another newspaper
// changes nothing. The same program gives the same name on any machine.
func Name(site *sites.Site) string {
	if name, ok := names.Load(site); ok {
		return name.(string) //nolint:forcetypeassert // nothing else is stored
	}
	h := sha256.New()
	fmt.Fprint(h, code())
	name := article.GenericLayout // no newspaper is known
	if site != nil {
		name = site.Name
		site.Rules(h)
	}
	name += "/" + hex.EncodeToString(h.Sum(nil))[:nameLength]
	names.Store(site, name)
	return name
}

// apart are files of sites that have no part in cleaning: what sections stand for, and how a newspaper's
// file becomes what Rules hashes.
var apart = []string{"topics.go", "description.go", "read.go", "compile.go", "families.go", "write.go", "registry.go"}

// code is a hash over the code. It takes some ten milliseconds, once, in a program that cleans.
var code = sync.OnceValue(func() string {
	h := sha256.New()
	hashCode(h, source, func(file string) bool { return !strings.HasPrefix(file, "internal/cleanertest/") })
	hashCode(h, sites.Code, func(file string) bool { return !slices.Contains(apart, file) })
	// Patch releases mend faults, and a new one comes each month: they do not count.
	fmt.Fprintln(h, strings.Join(strings.SplitN(runtime.Version(), ".", 3)[:2], "."))
	if info, ok := debug.ReadBuildInfo(); ok { // without modules in a test
		for _, m := range info.Deps {
			if slices.Contains(modules, m.Path) {
				fmt.Fprintln(h, m.Path, m.Version, m.Replace)
			}
		}
	}
	return string(h.Sum(nil))
})

// hashCode adds Go files to a hash: their tokens, without comments, blanks and tests.
func hashCode(h hash.Hash, files fs.FS, wanted func(file string) bool) {
	err := fs.WalkDir(files, ".", func(file string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasSuffix(file, "_test.go") || !wanted(file) {
			return err
		}
		text, err := fs.ReadFile(files, file)
		fmt.Fprintln(h, path.Dir(file)) // to move code between files changes nothing that it does, but may change its order
		hashTokens(h, text)
		return err
	})
	if err != nil {
		panic(fmt.Sprintf("cleaner: its own code: %v", err)) // it is part of the program
	}
}

func hashTokens(h hash.Hash, text []byte) {
	var s scanner.Scanner
	s.Init(token.NewFileSet().AddFile("", -1, len(text)), text, nil, 0)
	var b []byte
	for {
		_, tok, literal := s.Scan()
		switch tok {
		case token.EOF:
			h.Write(b)
			return
		case token.SEMICOLON:
			literal = "" // which tells a line's end from a written one
		}
		b = append(append(append(b, byte(tok)), literal...), 0)
	}
}

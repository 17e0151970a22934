package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/token"

	"baoluu/sites"
)

// The newspapers of the owner: files beside the settings.

const (
	defaultNewspapers = "./newspapers" // read where it exists
	newspaperEnding   = ".yaml"
	maxNewspapers     = 1000      // files
	maxNewspaperFile  = 256 << 10 // bytes; package sites says what one may have
)

// ownNewspapers are the newspapers that files of a folder describe.
type ownNewspapers struct {
	Files   map[string]string // by the newspapers' names; nil where there are none
	Ignored []string          // what lies there and might have been meant, in words
}

// newspapersFolder is the folder that settings name, "" for none. Settings that cannot be read, whose
// errors are found when they are, name the default.
func newspapersFolder(source []byte) string {
	said := struct {
		Newspapers string `yaml:"newspapers"`
	}{defaultNewspapers}
	if plain, err := plainSource(source); err != nil || checkTokens(plain) != nil || yaml.Unmarshal(plain, &said) != nil {
		return defaultNewspapers
	}
	return said.Newspapers
}

// useNewspapers makes the files NAME.yaml of a folder newspapers that the program knows, beside those
// that it brings along. The default folder may be absent.
func useNewspapers(folder string) (ownNewspapers, error) {
	own, sources, err := newspaperFiles(folder)
	if err != nil || len(sources) == 0 {
		return own, err
	}
	list, err := sites.ReadAll(sources)
	if err != nil {
		return own, showNewspaper(err, sources)
	}
	own.Files = map[string]string{}
	for i, file := range slices.Sorted(maps.Keys(sources)) {
		own.Files[list[i].Name] = file
	}
	return own, addNewspapers(sites.BuiltIn(), list...)
}

// addNewspapers makes newspapers known beside others, in the place of those that have their names.
func addNewspapers(others []*sites.Site, list ...*sites.Site) error {
	r, err := sites.NewRegistry(append(others, list...)...)
	if err != nil {
		return withHint("a file that is to take the place of a newspaper has that newspaper's name", "newspapers: %w", err)
	}
	sites.Use(r)
	return nil
}

// newspaperFiles reads the files of a folder that are newspapers by their names.
func newspaperFiles(folder string) (own ownNewspapers, sources map[string][]byte, err error) {
	if folder == "" {
		return own, nil, nil
	}
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) && filepath.Clean(folder) == filepath.Clean(defaultNewspapers) {
		return own, nil, nil
	}
	if err != nil {
		return own, nil, fmt.Errorf("newspapers: %w", err)
	}
	sources = map[string][]byte{}
	for _, entry := range entries {
		file := filepath.Join(folder, entry.Name())
		switch ending := filepath.Ext(file); {
		case strings.HasPrefix(entry.Name(), "."), ending != newspaperEnding && ending != ".yml":
			continue
		case ending == ".yml":
			own.Ignored = append(own.Ignored, fmt.Sprintf("newspapers: %s is not read: name it %s", file, strings.TrimSuffix(entry.Name(), ending)+newspaperEnding))
			continue
		}
		if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
			own.Ignored = append(own.Ignored, fmt.Sprintf("newspapers: %s is not read: it is no file", file))
			continue
		}
		if len(sources) == maxNewspapers {
			return own, nil, fmt.Errorf("newspapers: more than %s files in %s", count(maxNewspapers), folder)
		}
		if sources[filepath.ToSlash(file)], err = readAtMost(file, maxNewspaperFile); err != nil {
			return own, nil, fmt.Errorf("newspapers: %w", err)
		}
	}
	return own, sources, nil
}

// readNewspaper reads one file.
func readNewspaper(file string) (*sites.Site, error) {
	source, err := readAtMost(file, maxNewspaperFile)
	if err != nil {
		return nil, err
	}
	site, err := sites.Read(file, source)
	if err != nil {
		return nil, showNewspaper(err, map[string][]byte{file: source})
	}
	return site, nil
}

// showNewspaper is an error of a newspaper's file with the lines that it is about.
func showNewspaper(err error, sources map[string][]byte) error {
	var found *sites.FileError
	if !errors.As(err, &found) || found.Line == 0 {
		return err
	}
	return &settingsError{fmt.Errorf("%w%s", err, linesAt(sources[found.File], &token.Position{Line: found.Line, Column: found.Column}))}
}

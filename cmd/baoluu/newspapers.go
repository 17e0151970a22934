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
	Kept    []string          // newspapers that only the archive describes
	Unread  []string          // what the archive keeps of such and cannot be read, in words
}

// folders are those that settings name before the newspapers are known.
type folders struct {
	Newspapers string `yaml:"newspapers"` // "" for none
	Archive    string `yaml:"archive"`
}

var defaultFolders = folders{defaultNewspapers, "./archive"}

// foldersOf are the folders that settings name. Settings that cannot be read, whose errors are found
// when they are, name the default ones.
func foldersOf(source []byte) folders {
	said := defaultFolders
	if plain, err := plainSource(source); err != nil || checkTokens(plain) != nil || yaml.Unmarshal(plain, &said) != nil {
		return defaultFolders
	}
	return said
}

// useNewspapers makes the files NAME.yaml of a folder newspapers that the program knows, beside those
// that it brings along; and beside both, those that only the archive in a folder describes. The default
// folder may be absent, and so may the archive.
func useNewspapers(folder, archive string) (ownNewspapers, error) {
	own, sources, err := newspaperFiles(folder)
	if err == nil && len(sources) > 0 {
		err = own.use(sources)
	}
	if err == nil {
		own.useKept(archive)
	}
	return own, err
}

// use makes the newspapers of files known.
func (own *ownNewspapers) use(sources map[string][]byte) error {
	list, err := sites.ReadAll(sources)
	if err != nil {
		return showNewspaper(err, sources)
	}
	own.Files = map[string]string{}
	for i, file := range slices.Sorted(maps.Keys(sources)) {
		own.Files[list[i].Name] = file
	}
	err = addNewspapers(sites.BuiltIn(), list...)
	var twice *sites.HostError
	if !errors.As(err, &twice) {
		return err
	}
	mine, other := twice.Two, twice.One
	if own.Files[mine.Name] == "" {
		mine, other = other, mine
	}
	file := own.Files[mine.Name]
	where := mine.Wrong(file, fmt.Sprintf("hosts[%d]", slices.Index(mine.Hosts, twice.Host)),
		fmt.Errorf("%s is a host of %s, too: no two newspapers have one", twice.Host, other.Name))
	todo := fmt.Sprintf("take it out here, or, where this is to take the place of %s, name it so: %[1]s%s", other.Name, newspaperEnding)
	return withHint(todo, "%w", showNewspaper(where, sources))
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
		source, err := readAtMost(file, maxNewspaperFile)
		if err != nil {
			return own, nil, fmt.Errorf("newspapers: %w", err)
		}
		if len(source) == 0 { // as a shell makes it of "baoluu sites show NAME > newspapers/NAME.yaml" before that begins
			own.Ignored = append(own.Ignored, fmt.Sprintf("newspapers: %s is not read: it is empty", file))
			continue
		}
		sources[filepath.ToSlash(file)] = source
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

package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"baoluu/archive"
	"baoluu/sites"
)

// Newspapers that are in no file: an archive keeps copies of the descriptions that it was filled by.

// keptTime is how long a command waits for an archive that another process has open.
const keptTime = 5 * time.Second

// useKept makes those newspapers of the archive in a folder known that have no file, by the newest copy
// of their descriptions that can be read. What is wrong with an archive is for whatever reads it to say.
func (own *ownNewspapers) useKept(dir string) {
	arch, err := archive.Open(dir)
	if err != nil {
		return
	}
	names, err := arch.Newspapers()
	if err != nil {
		return
	}
	var list []*sites.Site
	for _, name := range names {
		if isSite(name) {
			continue
		}
		if s := own.keptSite(arch, name); s != nil {
			own.Kept = append(own.Kept, name)
			list = append(list, s)
		}
	}
	if len(list) > 0 {
		sites.Use(sites.Known().Beside(list...))
	}
}

// keptSite is a newspaper as the archive describes it, nil where it does not.
func (own *ownNewspapers) keptSite(arch *archive.Archive, name string) *sites.Site {
	ctx, cancel := context.WithTimeout(context.Background(), keptTime)
	defer cancel()
	unread := func(err error) {
		own.Unread = append(own.Unread, fmt.Sprintf("how %s was described cannot be read in its archive: %v", name, err))
	}
	copies, err := arch.Descriptions(ctx, name, unread)
	if err != nil {
		unread(err)
	}
	for _, c := range slices.Backward(copies) {
		s, err := sites.Read(fmt.Sprintf("%s.db, %s", name, c.At.In(sites.Zone).Format(time.DateTime)), c.Text)
		if err == nil && s.Name != name {
			err = fmt.Errorf("it is of %s", s.Name)
		}
		if err == nil {
			return s
		}
		unread(err)
	}
	return nil
}

// sayUnread says what an archive keeps of descriptions and cannot be read.
func (a *app) sayUnread(own ownNewspapers) {
	for _, line := range own.Unread {
		printf(a.err, "note: %s\n", line)
	}
}

// know tells the settings of the newspapers; folder is where files were looked for, "" for where the
// settings say. One that is in no file is not crawled, whatever they say.
func (c *Config) know(own ownNewspapers, folder string) {
	if folder != "" {
		c.Newspapers = folder
	}
	c.Own = own
	for _, name := range own.Kept {
		no, s := false, c.Sites[name]
		s.Enabled = &no
		c.Sites[name] = s
		c.Own.Ignored = append(c.Own.Ignored, fmt.Sprintf("newspapers: there is no file of %s: the archive is read by the copy that it keeps, and nothing is crawled", name))
	}
}

// noFile is the error of a newspaper that cannot be crawled, because only the archive describes it.
func noFile(c Config, s *sites.Site) error {
	return withHint(fmt.Sprintf(`"baoluu sites show %s > %s" writes it from the copy that the archive keeps`, s.Name, filepath.Join(c.Newspapers, s.Name+newspaperEnding)),
		"%s (%s) is in no file: what is stored is read by a copy of its description, and nothing is crawled by that", s.Name, s.Title)
}

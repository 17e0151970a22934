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

// What an archive may keep a command from beginning with: it may be a stranger's.
const (
	keptTime   = 5 * time.Second // how long a command waits in all for newspapers that another process has open
	keptCopies = 5               // of a newspaper's descriptions so many are tried, the newest first
	keptUnread = 3               // so many of what cannot be read are told of a newspaper
)

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
	ctx, cancel := context.WithTimeout(context.Background(), keptTime)
	defer cancel()
	var list []*sites.Site
	for _, name := range names {
		if isSite(name) {
			continue
		}
		if len(list) == maxNewspapers {
			own.Unread = append(own.Unread, fmt.Sprintf("the archive describes more than %s newspapers that are in no file: the others are not known", count(maxNewspapers)))
			break
		}
		if s := own.keptSite(ctx, arch, name); s != nil {
			own.Kept = append(own.Kept, name)
			list = append(list, s)
		}
	}
	if len(list) > 0 {
		sites.Use(sites.Known().Beside(list...))
	}
}

// keptSite is a newspaper as the archive describes it, nil where it does not.
func (own *ownNewspapers) keptSite(ctx context.Context, arch *archive.Archive, name string) *sites.Site {
	told := 0
	unread := func(err error) {
		switch told++; {
		case told <= keptUnread:
			own.Unread = append(own.Unread, fmt.Sprintf("how %s was described cannot be read in its archive: %v", name, err))
		case told == keptUnread+1:
			own.Unread = append(own.Unread, fmt.Sprintf("how %s was described cannot be read in its archive: more of it", name))
		}
	}
	copies, err := arch.Descriptions(ctx, name, unread)
	if err != nil {
		unread(err)
	}
	for _, c := range slices.Backward(copies[max(0, len(copies)-keptCopies):]) {
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

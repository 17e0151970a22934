package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"baoluu/archive"
	"baoluu/cleaner"
	"baoluu/sites"
)

// snapshot is one version of one page, found.
type snapshot struct {
	view    *archive.View
	site    string
	page    archive.PageInfo
	version archive.Version
}

const pageHelp = `PAGE is SITE/ID (dantri/20221224083224103) or any address seen for it.`

// findPage finds the page that a person names, and the view to read it with.
func findPage(ctx context.Context, arch *archive.Archive, ref string) (*archive.View, string, archive.PageInfo, error) {
	name, id := "", ref
	if host, _, _ := strings.Cut(ref, "/"); strings.Contains(host, ".") && !strings.Contains(host, ":") {
		ref = "https://" + ref // an address as people write it
		id = ref
	}
	if u, err := url.Parse(ref); err == nil && u.Host != "" {
		s, ok := sites.ByURL(u)
		if !ok {
			return nil, "", archive.PageInfo{}, withHint(pageHelp, "%s is an address of no known newspaper", ref)
		}
		name = s.Name
	} else {
		var ok bool
		if name, id, ok = strings.Cut(ref, "/"); !ok {
			return nil, "", archive.PageInfo{}, withHint(pageHelp, "%q is no page", ref)
		}
		if _, err := siteNamed(name); err != nil {
			return nil, "", archive.PageInfo{}, err
		}
	}
	view, err := arch.View(ctx, name)
	if err != nil {
		return nil, "", archive.PageInfo{}, err
	}
	page, err := view.Page(ctx, id)
	if errors.Is(err, archive.ErrNoPage) {
		err = fmt.Errorf("%w: %s", archive.ErrNoPage, ref)
	}
	return view, name, page, err
}

// findSnapshot finds a page's version: number, the one that stood at a moment,
// or, with neither, the newest.
func findSnapshot(ctx context.Context, arch *archive.Archive, ref string, number int, at string) (snapshot, error) {
	var s snapshot
	var err error
	if s.view, s.site, s.page, err = findPage(ctx, arch, ref); err != nil {
		return s, err
	}
	versions, err := s.view.Versions(ctx, s.page.Page)
	if err != nil {
		return s, err
	}
	if len(versions) == 0 {
		return s, withHint(`"show --view page" prints what was captured`, "%s: no article came out of any capture", ref)
	}
	switch {
	case number != 0:
		if number < 1 || number > len(versions) {
			return s, fmt.Errorf("%s has %s, not number %d", ref, plural(len(versions), "version", "versions"), number)
		}
		s.version = versions[number-1]
	case at != "":
		t, err := parseTime(at)
		if err != nil {
			return s, err
		}
		i := slices.IndexFunc(versions, func(v archive.Version) bool { return v.Captured.After(t) })
		if i == 0 {
			return s, fmt.Errorf("%s was first captured %s, after %s", ref, local(versions[0].Captured), local(t))
		}
		if i < 0 {
			i = len(versions)
		}
		s.version = versions[i-1]
	default:
		s.version = versions[len(versions)-1]
	}
	return s, nil
}

// article is the snapshot's article.
func (s snapshot) article(ctx context.Context) (cleaner.Article, error) {
	return s.view.Article(ctx, s.version.Capture)
}

// eachSite does something with each newspaper that names name (none: all that
// the archive has). A newspaper that fails does not keep the others from their
// turn; the error is a [partlyError] where some were done.
func eachSite(ctx context.Context, arch *archive.Archive, names []string, do func(name string) error) error {
	names, err := selectedSites(arch, names)
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range names {
		err := do(name)
		if err == nil {
			continue
		}
		if ctx.Err() != nil {
			return err
		}
		errs = append(errs, fmt.Errorf("%s: %w", name, err))
	}
	if len(errs) > 0 && len(errs) < len(names) {
		return &partlyError{errors.Join(errs...)}
	}
	return errors.Join(errs...)
}

// selectedSites are the newspapers that args name, else those the archive has.
func selectedSites(arch *archive.Archive, args []string) ([]string, error) {
	for _, name := range args {
		if _, err := siteNamed(name); err != nil {
			return nil, err
		}
	}
	if len(args) > 0 {
		return args, nil
	}
	return arch.Newspapers()
}

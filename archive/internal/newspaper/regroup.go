package newspaper

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// What a re-clean does to versions: it may make one of two, or two of one, and that is no doing of the
// newspaper's.

// PageChange is a page's versions by the generation before and by the new one.
type PageChange struct {
	Page, Title   string
	Before, After []schema.Version
}

// Compare calls each with the pages that have more than one version, before or after. What a crawl
// stored meanwhile is not looked at.
func (g *Generation) Compare(ctx context.Context, each func(PageChange)) error {
	old, now := schema.Heads(g.From), schema.Heads(g.Generation)
	read := func(r schema.Reader, page string, before, after schema.Head) (c PageChange, ok bool, err error) {
		if before.Versions < 2 && after.Versions < 2 {
			return c, false, nil
		}
		c = PageChange{Page: page, Title: cmp.Or(before.Title, after.Title)}
		if c.Before, err = g.before(r, page); err == nil {
			c.After, err = schema.StoredVersions(r, g.Generation, page)
		}
		return c, true, err
	}
	for c, err := range store.Scan(ctx, g.np.File, old, func(r schema.Reader, page string, before schema.Head) (PageChange, bool, error) {
		after, _, err := now.Load(r, page)
		if err != nil {
			return PageChange{}, false, err
		}
		return read(r, page, before, after)
	}) {
		if err != nil {
			return err
		}
		each(c)
	}
	for c, err := range store.Scan(ctx, g.np.File, now, func(r schema.Reader, page string, after schema.Head) (PageChange, bool, error) {
		if known, err := old.Has(r, page); err != nil || known {
			return PageChange{}, false, err
		}
		return read(r, page, schema.Head{}, after)
	}) {
		if err != nil {
			return err
		}
		each(c)
	}
	return nil
}

// before reads a page's versions of the generation before, without those that a crawl stored since.
func (g *Generation) before(r schema.Reader, page string) ([]schema.Version, error) {
	list, err := schema.StoredVersions(r, g.From, page)
	return UpTo(list, g.Done), err
}

// UpTo are those of a page's versions that began with a capture up to a number.
func UpTo(list []schema.Version, last uint64) []schema.Version {
	return slices.DeleteFunc(list, func(v schema.Version) bool { return v.First > last })
}

// recleaned is what a page remembers of re-cleans, this one included where it makes other versions.
func (g *Generation) recleaned(r schema.Reader, page string, now []schema.Version) ([]schema.Recleaned, error) {
	head, ok, err := schema.Heads(g.From).Load(r, page)
	if err != nil || !ok {
		return nil, err
	}
	list := head.Recleaned
	before, err := g.before(r, page)
	switch {
	case errors.Is(err, schema.ErrCorrupt):
		return list, nil // a re-clean rebuilds what is damaged
	case err != nil || len(before) < 2 && len(now) < 2:
		return list, err
	}
	if changes := regroup(before, now); len(changes) > 0 {
		list = append(list, schema.Recleaned{Generation: g.Generation, Changes: changes})
	}
	return list[max(0, len(list)-schema.MaxRecleaned):], nil
}

// regroup tells which versions became which. Two belong together where the times overlap in which they
// were seen. Those that became one of their own, under whatever number, are left out.
func regroup(before, after []schema.Version) (changes []schema.Regroup) {
	overlap := func(a, b schema.Version) bool {
		return !schema.End(a).Before(schema.Start(b)) && !schema.End(b).Before(schema.Start(a))
	}
	i, j := 0, 0
	for i < len(before) || j < len(after) {
		var group schema.Regroup
		takeOld := j == len(after) || i < len(before) && schema.Start(before[i]).Before(schema.Start(after[j]))
		if takeOld {
			group.Old, i = []int{i + 1}, i+1
		} else {
			group.New, j = []int{j + 1}, j+1
		}
		for grown := true; grown; {
			grown = false
			for i < len(before) && len(group.New) > 0 && overlap(before[i], after[j-1]) {
				group.Old, i, grown = append(group.Old, i+1), i+1, true
			}
			for j < len(after) && len(group.Old) > 0 && overlap(before[i-1], after[j]) {
				group.New, j, grown = append(group.New, j+1), j+1, true
			}
		}
		if len(group.Old) != 1 || len(group.New) != 1 {
			changes = append(changes, group)
		}
	}
	return changes
}

package cleaner

import (
	"slices"
	"strings"

	"baoluu/cleaner/internal/credits"
	"baoluu/cleaner/internal/naming"
	"baoluu/cleaner/internal/prose"
)

// authorMetas are the meta elements that name who wrote a page, the most
// believable first.
var authorMetas = []string{"article:author", "author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "byl"}

// headAuthors are the people whom the page's head names as authors, each once.
// The newspaper itself is none, by whatever name, nor is an address. isPaper
// knows more names of it.
func (d *Document) headAuthors(isPaper func(string) bool) (names []string, rule string) {
	l := &d.head.linked
	person := func(name string) bool { return slices.Contains(l.Persons, name) }
	if names = d.people(l.Authors, isPaper, person); len(names) > 0 {
		return names, "author in the page's JSON-LD"
	}
	for _, meta := range authorMetas {
		if names = d.people(d.head.all(meta), isPaper, nobody); len(names) > 0 {
			return names, "meta " + meta
		}
	}
	return nil, ""
}

func nobody(string) bool { return false }

// people are those of some names that name people, each once. Someone who is
// called a person may have a site of the same name.
func (d *Document) people(list []string, isPaper, person func(string) bool) (names []string) {
	seen := map[string]bool{}
	for _, name := range list {
		name = credits.WithoutAuthorLabel(strings.Trim(name, " ,;"))
		name = credits.WithoutOthers(name)
		key := prose.Squash(name)
		if key == "" || seen[key] || credits.IsNobody(name) || isPaper(name) {
			continue
		}
		if _, marked := naming.PaperKey(name); d.isOwn(name) && (marked || !person(name) || !strings.Contains(name, " ")) {
			continue
		}
		if who := d.withoutOwn(name); who != name {
			if name, key = who, prose.Squash(who); seen[key] {
				continue
			}
		}
		seen[key] = true
		names = append(names, name)
	}
	return names
}

// withoutOwn cuts the newspaper's own name off who signed for it:
// "Lê Thị Na - Báo X", "Lê Thị Na (X)".
func (d *Document) withoutOwn(name string) string {
	for _, mark := range []string{" - ", " – ", " | ", "/", " (", ", "} {
		i := strings.LastIndex(name, mark)
		if i <= 0 {
			continue
		}
		if behind := strings.TrimRight(name[i+len(mark):], ") "); d.isOwn(behind) || naming.SaysPaper(behind) {
			return strings.TrimSpace(name[:i])
		}
	}
	return name
}

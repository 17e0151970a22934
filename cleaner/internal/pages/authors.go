package pages

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

// HeadAuthors are the people whom the page's head names as authors, each once.
// The newspaper itself is none, by whatever name, nor is an address. isPaper
// knows more names of it.
func (d *Document) HeadAuthors(isPaper func(string) bool) (names []string, rule string) {
	l := &d.Head.Linked
	person := func(name string) bool { return slices.Contains(l.Persons, name) }
	if names = d.People(l.Authors, isPaper, person); len(names) > 0 {
		return names, "author in the page's JSON-LD"
	}
	for _, meta := range authorMetas {
		if names = d.People(d.Head.all(meta), isPaper, Nobody); len(names) > 0 {
			return names, "meta " + meta
		}
	}
	return nil, ""
}

// Nobody calls no name a person's.
func Nobody(string) bool { return false }

// People are those of some names that name people, each once. Someone who is
// called a person may have a site of the same name.
func (d *Document) People(list []string, isPaper, person func(string) bool) (names []string) {
	seen := map[string]bool{}
	for _, name := range list {
		name = credits.WithoutAuthorLabel(strings.Trim(name, " ,;"))
		name = credits.WithoutOthers(name)
		key := prose.Squash(name)
		if key == "" || seen[key] || credits.IsNobody(name) || isPaper(name) {
			continue
		}
		if _, marked := naming.PaperKey(name); d.IsOwn(name) && (marked || !person(name) || !strings.Contains(name, " ")) {
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
		if behind := strings.TrimRight(name[i+len(mark):], ") "); d.IsOwn(behind) || naming.SaysPaper(behind) {
			return strings.TrimSpace(name[:i])
		}
	}
	return name
}

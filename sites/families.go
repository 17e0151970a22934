package sites

import (
	"embed"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
)

// Most of the country's newspapers run on a few systems, and those that do look alike: what they
// have in common stands once.

//go:embed families/*.yaml
var familyFiles embed.FS

// families are the layouts that newspapers share, by name.
var families = sync.OnceValue(func() map[string]LayoutDescription {
	all := map[string]LayoutDescription{}
	files, err := familyFiles.ReadDir("families")
	if err != nil {
		panic("sites: " + err.Error())
	}
	for _, f := range files {
		source, err := familyFiles.ReadFile(path.Join("families", f.Name()))
		if err != nil {
			panic("sites: " + err.Error())
		}
		var l LayoutDescription
		if _, err := decode(f.Name(), source, &l); err != nil {
			panic("sites: " + err.Error())
		}
		if l.Name != strings.TrimSuffix(f.Name(), ".yaml") {
			panic("sites: family " + l.Name + " stands in " + f.Name())
		}
		all[l.Name] = l
	}
	return all
})

// FamilyNames are the names of the layout families, sorted.
func FamilyNames() []string { return slices.Sorted(maps.Keys(families())) }

// Family is what the layouts of a family have in common.
func Family(name string) (LayoutDescription, bool) {
	l, ok := families()[name]
	return l, ok
}

// layoutField is one field of selectors, in both forms of a layout.
type layoutField struct {
	name  string // in a file
	texts *[]string
	of    func(*Layout) *Selectors
}

// fields are those that hold selectors, in the order of the file.
func (l *LayoutDescription) fields() []layoutField {
	return []layoutField{
		{"article", &l.Article, func(l *Layout) *Selectors { return &l.Article }},
		{"title", &l.Title, func(l *Layout) *Selectors { return &l.Title }},
		{"kicker", &l.Kicker, func(l *Layout) *Selectors { return &l.Kicker }},
		{"lead", &l.Lead, func(l *Layout) *Selectors { return &l.Lead }},
		{"dateline", &l.Dateline, func(l *Layout) *Selectors { return &l.Dateline }},
		{"byline", &l.Byline, func(l *Layout) *Selectors { return &l.Byline }},
		{"source", &l.Source, func(l *Layout) *Selectors { return &l.Source }},
		{"time", &l.Time, func(l *Layout) *Selectors { return &l.Time }},
		{"section", &l.Section, func(l *Layout) *Selectors { return &l.Section }},
		{"tags", &l.Tags, func(l *Layout) *Selectors { return &l.Tags }},
		{"related", &l.Related, func(l *Layout) *Selectors { return &l.Related }},
		{"body", &l.Body, func(l *Layout) *Selectors { return &l.Body }},
		{"drop", &l.Drop, func(l *Layout) *Selectors { return &l.Drop }},
		{"captions", &l.Captions, func(l *Layout) *Selectors { return &l.Captions }},
		{"quotes", &l.Quotes, func(l *Layout) *Selectors { return &l.Quotes }},
		{"inserted", &l.Inserted, func(l *Layout) *Selectors { return &l.Inserted }},
		{"photo_story", &l.PhotoStory, func(l *Layout) *Selectors { return &l.PhotoStory }},
		{"live", &l.Live, func(l *Layout) *Selectors { return &l.Live }},
		{"live_time", &l.LiveTime, func(l *Layout) *Selectors { return &l.LiveTime }},
	}
}

// behind is the layout with what its family says behind its own, field by field: selectors are
// tried in order, so its own come first.
func (l LayoutDescription) behind(family LayoutDescription) LayoutDescription {
	whole := l
	ours, theirs := whole.fields(), family.fields()
	for i := range ours {
		joined := slices.Clone(*ours[i].texts)
		for _, text := range *theirs[i].texts {
			if !slices.Contains(joined, text) {
				joined = append(joined, text)
			}
		}
		*ours[i].texts = joined
	}
	return whole
}

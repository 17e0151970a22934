package learn

import (
	"slices"

	"baoluu/cleaner/internal/prose"
	"baoluu/sites"
)

// ofFamilies parts off the pages that a layout family reads as the generic cleaner does: the
// families that read most come first. What is left wears none.
func ofFamilies(base sites.Description, site *sites.Site, sheets []*sheet) (groups []*group, left []*sheet) {
	left = sheets
	for len(left) > 0 {
		var best *group
		for _, name := range sites.FamilyNames() {
			g := &group{base: base, site: site, doubts: map[string][]string{}, family: name}
			with := g.siteWith(g.ofFamily())
			if with == nil {
				continue
			}
			for _, s := range left {
				if art, err := s.doc.Article(with); err == nil && art.Layout == draftName && prose.SameWords(string(art.Title), string(s.art.Title)) && sharedBody(&art, &s.art) >= nearBody {
					g.sheets = append(g.sheets, s)
				}
			}
			if len(g.sheets) > 0 && (best == nil || len(g.sheets) > len(best.sheets)) {
				best = g
			}
		}
		if best == nil {
			break
		}
		left = slices.DeleteFunc(slices.Clone(left), func(s *sheet) bool { return slices.Contains(best.sheets, s) })
		best.sheets = best.sheets[:min(len(best.sheets), mostPages)]
		groups = append(groups, best)
	}
	return groups, left
}

// nearBody is which part of a body a family has to read as the generic cleaner does.
const nearBody = 0.9

// draftName is the name of a layout under trial.
const draftName = "draft"

// ofFamily is a layout of the group's family with nothing of its own.
func (g *group) ofFamily() sites.LayoutDescription {
	return sites.LayoutDescription{Name: draftName, Family: g.family}
}

// learnBesideFamily drafts the layout of a group that wears a family's: what the newspaper has of
// its own is what reads better, and what the family says nothing of.
func (g *group) learnBesideFamily(others []*page) bool {
	own := &group{base: g.base, site: g.site, sheets: g.sheets, doubts: map[string][]string{}}
	learned := len(g.sheets) >= 2 && own.learn(others)
	g.draft = g.ofFamily()
	best, ok := g.weigh(g.draft)
	if !ok {
		return false
	}
	family, _ := sites.Family(g.family)
	theirs, ours := fieldsOf(&family), fieldsOf(&own.draft)
	for i, f := range ours {
		if len(*f.texts) == 0 || f.name == "article" || len(own.doubts[f.name]) > 0 {
			continue
		}
		trial := g.draft
		*fieldsOf(&trial)[i].texts = *f.texts
		if w, ok := g.weigh(trial); ok && (w > best+1e-9 || w >= best && len(*theirs[i].texts) == 0) {
			g.draft, best = trial, w
		}
	}
	if g.isProved(others) {
		return true
	}
	if !learned {
		return false
	}
	*g = *own
	return true
}

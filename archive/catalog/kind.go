package catalog

import (
	"fmt"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner/compare"
)

// Kind is what a change is.
type Kind uint8

// The kinds. Of a page that is not listed as a change, the kind is zero.
const (
	Edit   Kind = 1 + iota // the newsroom changed its words
	Unsure                 // it may be an edit
	Gone                   // the page was taken down
	Back                   // it is there again, and reads as before
)

// Kinds are all of them.
var Kinds = []Kind{Edit, Unsure, Gone, Back}

var kindNames = [...]string{"", "edit", "unsure", "gone", "back"}

func (k Kind) String() string { return kindNames[k] }

// ParseKind is the kind of a name: edit, unsure, gone, back.
func ParseKind(name string) (Kind, error) {
	for _, k := range Kinds {
		if kindNames[k] == name {
			return k, nil
		}
	}
	return 0, fmt.Errorf("%.40q is no kind of change: they are edit, unsure, gone and back", name)
}

// kindOf is the kind of a version's change.
func kindOf(v archive.Version) Kind {
	switch {
	case v.State == capture.Gone:
		return Gone
	case v.Cause == compare.Edited:
		return Edit
	case v.Cause == compare.Doubtful:
		return Unsure
	}
	return Back
}

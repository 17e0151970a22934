// Package forget takes a page out of a newspaper for good: the one deletion there is. Start at
// [Run].
//
//   - forget.go is the order of it: locks, a plan, a new file, its place.
//   - assets.go finds which pictures, style sheets and fonts go with it.
//   - plan.go finds what goes, and what that means for what stays.
//   - write.go writes the file again without the page.
//
// It promises: of the page, and of what it alone needs, a record of when and why stays in the file,
// and nothing else, not even in free room; what other pages have or need stays bit for bit; until the new file takes its
// place the old state stands; what is committed meanwhile is kept; the page is not stored
// again.
package forget

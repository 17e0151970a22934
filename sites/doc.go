// Package sites is what is known of each newspaper: data and pure functions
// over addresses, no I/O, nothing of ours imported.
//
// Start at [Site] (site.go); [All], [ByName] and [ByURL] find one. Each
// newspaper has one file (baonghean.go, dantri.go, vov.go, baotintuc.go,
// thanhniennews.go) that is its history at a glance: hosts, sources, address
// forms, and its layouts, newest first. address.go says which page an address
// belongs to, surt.go spells addresses the way web archives sort them,
// rules.go writes down what a cleaner depends on, topics.go says which topic an article is
// about by its sections, layout.go declares what a layout and the rules for text dumps are made of;
// forms.go holds the small helpers by which the five files are written, errors.go
// the one error.
//
// To add a newspaper, read CONTRIBUTING.md.
package sites

// Package sites is what is known of each newspaper: data and pure functions
// over addresses, no I/O, nothing of ours imported.
//
// Start at [Site] (site.go); [All], [ByName] and [ByURL] find one. Each
// newspaper has one file, newspapers/NAME.yaml, that is its history at a glance: hosts, sources, address
// forms, and its layouts, newest first. What the layouts of several newspapers have in common stands
// in families/NAME.yaml.
//
//   - description.go: what a file may say: texts alone.
//   - yaml.go: the part of YAML that files are written in; read.go: a file becomes a description, strictly, and
//     every fault has its line.
//   - compile.go: a description becomes a Site: expressions, selectors and hosts are checked.
//   - selector.go: what selectors may ask, and what that costs; expression.go: expressions, compiled when they
//     are first asked.
//   - families.go: what layouts share.
//   - write.go: a Site becomes a description, and that a file.
//   - registry.go: which newspapers the program knows: those built in, and those that [Use] adds.
//   - address.go: which page an address belongs to; surt.go spells addresses the way web archives
//     sort them.
//   - layout.go: what a layout and the rules for text dumps are made of.
//   - rules.go: what a cleaner depends on; topics.go: which topic an article is about by its
//     sections; errors.go: the errors.
//
// A file may come from a stranger: it has no code, its expressions are RE2 and bounded, as are its
// selectors, and its hosts are of the public web. To add a newspaper, read docs/newspapers.md.
package sites

// Package drift tells when a newspaper's pages come out otherwise than they used to, as
// after a redesign: from counts alone, in the run, against the newspaper's own last month.
// Why it is done so: docs/decisions/0006-drift.md.
//
// A run has one [Quality] ([New]). It counts each page and source as it comes
// ([Quality.Page], [Quality.Source]), stores its sums with each commit ([Quality.Sums]), and
// at its end compares them with those of the runs before ([Quality.Compare]). [Layouts]
// gives the first sign, long before there is a past to compare with.
//
//   - quality.go: what is counted of a page, section by section, and the pages that are
//     shown as examples.
//   - drift.go: the comparison. Windows of the newest pages, what they should be like, how
//     likely chance alone makes the difference.
//   - layouts.go: new articles that fit no known layout.
//
// It promises: no clock, network or file; the same runs give the same findings. Of
// undisturbed runs less than one in ten thousand raises the alarm, as a simulation in the
// tests holds. Lengths are binary logarithms of letters within, letters in a finding. A
// [Quality] belongs to one goroutine.
package drift

// Package politeness keeps a host's wishes: its pace, its rests, its robots.txt.
//
// Start at [New], one [Host] for a run. Before anything is asked of it, its robots.txt is to
// be known ([Host.Learn], [Host.Learned], [Host.Allows]); each request waits for its turn
// ([Host.Enter]); what came is reported to it ([Host.Answered], [Host.Refused], [Host.Busy],
// [Host.Silent], [Host.Rest]). What it learnt is stored by [Host.Save], and holds for the
// next run, after a kill too.
//
//   - host.go: pace, Retry-After, back-off, rests.
//   - rules.go: robots.txt by RFC 9309, for each scheme of a host.
//
// It promises: no request of its own, no file. Nothing is allowed but by a robots.txt that is
// a day old at most; two requests lie as far apart as the slowest robots.txt of the host
// wants, the given pace at least. A wrong clock silences no newspaper. A Host may be called
// by many goroutines.
package politeness

// Package transport asks newspapers for pages and gives what they sent, as they sent it.
//
// Start at [New]. [Client.Do] makes one request and gives an [Exchange]: the request and
// the head of the answer byte for byte, the decoded body, and what
// went wrong. [Gap] names that in the words of a run's report, [RetryAfter] reads what a
// server asks for.
//
//   - transport.go: requests, bodies and their limits, errors.
//   - dial.go: connections, direct, through a proxy's tunnel or by SOCKS, and TLS.
//   - rawheader.go: the head as it came, taken off the connection.
//   - framing.go: where an answer ends, read as browsers read it.
//   - guard.go: addresses in the local network. They are refused by spelling ([GuardURL])
//     and again when the connection is made. The address of a configured proxy is exempt;
//     behind a proxy it is the proxy that resolves names, so that only spellings can be told.
//
// It promises: nothing in the local network is asked, wherever a name leads; no redirect is
// followed; header and body are bounded. It speaks HTTP/1.1 alone
// (docs/decisions/0011-http1.md), keeps no cookies, knows no pace: when to ask is the
// caller's.
package transport

package sites

import "errors"

// ErrAddress is returned for what is no http or https address that could be
// fetched: another scheme, no host, credentials, control characters, too long.
var ErrAddress = errors.New("not an http or https address")

// ErrDescription is returned for a description of a newspaper that does not hold: a file that cannot be
// read, an expression or selector that does not compile or would cost too much, a host that is none
// of the public web, two newspapers with one host.
var ErrDescription = errors.New("not a newspaper's description")

package sites

import "errors"

// ErrAddress is returned for what is no http or https address that could be
// fetched: another scheme, no host, credentials, control characters, too long.
var ErrAddress = errors.New("not an http or https address")

package sites

import (
	"errors"
	"fmt"
)

// ErrAddress is returned for what is no http or https address that could be
// fetched: another scheme, no host, credentials, control characters, too long.
var ErrAddress = errors.New("not an http or https address")

// ErrDescription is returned for a description of a newspaper that does not hold: a file that cannot be
// read, an expression or selector that does not compile or would cost too much, a host that is none
// of the public web, two newspapers with one host.
var ErrDescription = errors.New("not a newspaper's description")

// HostError is two newspapers with one host. It is an [ErrDescription].
type HostError struct {
	Host     string
	One, Two *Site
}

func (e *HostError) Error() string {
	return fmt.Sprintf("%v: %s and %s both have the host %s", ErrDescription, e.One.Name, e.Two.Name, e.Host)
}

// Unwrap gives [ErrDescription].
func (e *HostError) Unwrap() error { return ErrDescription }

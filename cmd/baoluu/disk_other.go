//go:build !linux && !darwin && !freebsd && !windows

package main

import "errors"

// freeSpace is not known on this system: the guard is off.
func freeSpace(string) (uint64, error) { return 0, errors.ErrUnsupported }

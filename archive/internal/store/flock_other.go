//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package store

import (
	"os"
	"time"
)

// Flocks tells that bbolt's lock is left to bbolt.
const Flocks = false

// LockFile does nothing here: bbolt waits for its lock by itself.
func LockFile(*os.File, bool, time.Duration) (held bool, err error) { return true, nil }

// quickTurn does nothing here: the turnstile is passed the long way.
func quickTurn(string) (unlock func(), ok bool) { return nil, false }

// unlock does nothing here: closing f releases the lock.
func unlock(*os.File) error { return nil }

//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package store

import (
	"os"
	"time"
)

// Flocks reports whether there is flock(2). Here bbolt's lock is left to bbolt.
const Flocks = false

// lockFile does nothing here: bbolt waits for its lock by itself.
func lockFile(*os.File, bool, time.Duration) (held bool, err error) { return true, nil }

// quickTurn does nothing here: the turnstile is passed the long way.
func quickTurn(string) (unlock func(), ok bool) { return nil, false }

// lockedBy is not to be seen here.
func lockedBy(string) (pid int, command string) { return 0, "" }

// unlock does nothing here: closing f releases the lock.
func unlock(*os.File) error { return nil }

//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package archive

import (
	"os"
	"time"
)

// settle does nothing here: bbolt waits for its lock by itself.
func settle(*os.File, bool, time.Duration) {}

// unlock does nothing here: closing f lets go of the lock.
func unlock(*os.File) error { return nil }

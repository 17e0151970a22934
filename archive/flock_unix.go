//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package archive

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// settle takes bbolt's own lock on f before bbolt does. bbolt asks for it every
// 50 ms only; who comes here has the gate, so nobody is robbed of a turn by
// asking more often. A lock that does not come in time is left for bbolt to
// report.
func settle(f *os.File, exclusive bool, patience time.Duration) {
	how := syscall.LOCK_SH | syscall.LOCK_NB
	if exclusive {
		how = syscall.LOCK_EX | syscall.LOCK_NB
	}
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if err := syscall.Flock(int(f.Fd()), how); !errors.Is(err, syscall.EWOULDBLOCK) {
			return
		}
	}
}

// unlock lets go of bbolt's lock on f. Closing f is not enough where bbolt left
// its memory mapped: the mapping keeps the lock.
func unlock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }

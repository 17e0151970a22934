//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package store

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Flocks reports whether there is flock(2): bbolt's lock can then be taken without bbolt, and
// the file of a lock be removed while it is held.
const Flocks = true

// lockFile takes bbolt's own lock on f without bbolt, which asks for it every 50 ms
// only. Whoever comes here has passed the turnstile, so nobody loses a turn when it asks
// more often. It reports whether the lock came in time; an error is of a file that cannot
// be locked at all.
func lockFile(f *os.File, exclusive bool, patience time.Duration) (held bool, err error) {
	how := syscall.LOCK_SH | syscall.LOCK_NB
	if exclusive {
		how = syscall.LOCK_EX | syscall.LOCK_NB
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		if err := syscall.Flock(int(f.Fd()), how); !errors.Is(err, syscall.EWOULDBLOCK) {
			return err == nil, err
		}
		if time.Now().After(deadline) {
			return false, nil
		}
	}
}

// quickTurn passes the turnstile at path, where that can be done at once and the file is
// there: by five system calls, for each body that is read passes it.
func quickTurn(path string) (unlock func(), ok bool) {
	fd, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, false
	}
	unlock = func() { _ = syscall.Close(fd) } // releases the lock
	var own, there syscall.Stat_t
	if syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB) != nil ||
		syscall.Fstat(fd, &own) != nil || syscall.Stat(path, &there) != nil || own.Dev != there.Dev || own.Ino != there.Ino {
		unlock() // somebody has it, or its last holder removed the file in between
		return nil, false
	}
	return unlock, true
}

// unlock releases bbolt's lock on f. Closing f is not enough where bbolt left
// its memory mapped: the mapping keeps the lock.
func unlock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }

// lockedBy finds the process that holds a lock on a file, and how it was called; 0 and ""
// where that is not to be seen. Linux tells it in /proc/locks, a line a lock:
//
//	1: FLOCK  ADVISORY  WRITE 708 fd:01:1312 0 EOF
func lockedBy(path string) (pid int, command string) {
	var file syscall.Stat_t
	locks, err := os.ReadFile("/proc/locks")
	if err != nil || syscall.Stat(path, &file) != nil {
		return 0, ""
	}
	for line := range strings.Lines(string(locks)) {
		f := strings.Fields(line)
		if len(f) != 8 || f[1] != "FLOCK" || !strings.HasSuffix(f[5], fmt.Sprintf(":%d", file.Ino)) {
			continue
		}
		if pid, err := strconv.Atoi(f[4]); err == nil && pid > 0 {
			call, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)) // "" where that may not be read
			return pid, strings.Join(strings.FieldsFunc(string(call), func(r rune) bool { return r == 0 }), " ")
		}
	}
	return 0, ""
}

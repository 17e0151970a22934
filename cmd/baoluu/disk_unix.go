//go:build linux || darwin || freebsd

package main

import "golang.org/x/sys/unix"

// freeSpace is the bytes that are free for us on the disk of a folder.
func freeSpace(dir string) (uint64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, err
	}
	// The fields have other types on other systems.
	return uint64(max(s.Bavail, 0)) * uint64(s.Bsize), nil //nolint:unconvert
}

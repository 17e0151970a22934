package warcfile

import (
	"path"
	"strings"
)

// IsWARC tells by a file's name whether it is a WARC file, a WET file among them.
func IsWARC(name string) bool {
	name = strings.ToLower(name)
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".zst")
	switch path.Ext(name) {
	case ".warc", ".wet":
		return true
	}
	return false
}

// IsARC tells by a file's name whether it is an ARC file, which is not read.
func IsARC(name string) bool {
	name = strings.ToLower(name)
	return path.Ext(strings.TrimSuffix(name, ".gz")) == ".arc"
}

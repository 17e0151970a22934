package export

import (
	"regexp"
	"strings"
)

const (
	manifestName = "manifest.json"
	workName     = ".baoluu-export" // holds the lock, and what has no name yet, while an export is at work
	lockName     = workName + "/lock"
)

// Which files an export can make, and which folders. Whatever a manifest names besides is
// not ours to touch.
var (
	fileName = regexp.MustCompile(`^` + site + `(?:\.(?:jsonl|cdxj|wacz)|-\d{5,}\.warc\.gz|/-?\d{4,}/\d\d/[a-z0-9_%~A-F-][a-z0-9_.%~A-F-]*\.txt)$`)
	dirName  = regexp.MustCompile(`^` + site + `(?:/-?\d{4,}(?:/\d\d)?)?$`)
	volume   = regexp.MustCompile(`-\d{5,}\.warc\.gz$`)
)

const site = `[a-z0-9][a-z0-9_-]*`

// siteOf is the newspaper that a file is of.
func siteOf(path string) string {
	if at := volume.FindStringIndex(path); at != nil {
		return path[:at[0]]
	}
	return path[:strings.IndexAny(path, "./")]
}

// ofSystem are files and folders that systems put into any folder by themselves. They are
// nobody's, and stay.
var ofSystem = regexp.MustCompile(`(?i)^(?:\.DS_Store|\._.*|\.Spotlight-V100|\.Trashes|\.fseventsd|\.TemporaryItems|` + // macOS
	`Thumbs\.db|ehthumbs\.db|desktop\.ini|\$RECYCLE\.BIN|System Volume Information|` + // Windows
	`lost\+found|\.Trash-\d+|\.directory|\.nfs[0-9a-f]+|@eaDir|\.snapshot)$`) // Linux, file servers

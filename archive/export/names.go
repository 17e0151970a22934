package export

import (
	"regexp"
	"strings"
)

const (
	manifestName = "manifest.json"
	sumsName     = "SHA256SUMS"     // of all other files, as sha256sum reads it
	workName     = ".baoluu-export" // holds the lock, and what has no name yet, while an export is at work
	lockName     = workName + "/lock"
)

// Which files an export can make, and which folders. Whatever a manifest names besides is
// not ours to touch.
var (
	fileName = regexp.MustCompile(`^` + site + `(?:\.(?:cdxj|wacz)|-\d{5,}\.warc\.gz|(?:/[a-z]+)?(?:-\d{5,})?` + table + `|(?:/[a-z]+)?/-?\d{4,}/\d\d/[a-z0-9_%~A-F-][a-z0-9_.%~A-F-]*\.txt)$`)
	ofCorpus = regexp.MustCompile(`^(?:README\.md|README/[a-z0-9_-]+\.svg)$`)
	dirName  = regexp.MustCompile(`^(?:README|` + site + `(?:/[a-z]+)?(?:/-?\d{4,}(?:/\d\d)?)?)$`)
	volume   = regexp.MustCompile(`-\d{5,}\.(?:warc\.gz|jsonl|jsonl\.gz|jsonl\.zst|parquet)$`)
)

const (
	site  = `[a-z0-9][a-z0-9_-]*`
	table = `\.(?:jsonl(?:\.gz|\.zst)?|parquet)`
)

// isFile reports whether an export can make a file of this path.
func isFile(path string) bool { return fileName.MatchString(path) || ofCorpus.MatchString(path) }

// siteOf is the newspaper that a file is of, "" for one of the whole corpus.
func siteOf(path string) string {
	if ofCorpus.MatchString(path) {
		return ""
	}
	if at := volume.FindStringIndex(path); at != nil && !strings.Contains(path, "/") {
		return path[:at[0]]
	}
	return path[:strings.IndexAny(path, "./")]
}

// ofSystem are files and folders that systems put into any folder by themselves. They are
// nobody's, and stay.
var ofSystem = regexp.MustCompile(`(?i)^(?:\.DS_Store|\._.*|\.Spotlight-V100|\.Trashes|\.fseventsd|\.TemporaryItems|` + // macOS
	`Thumbs\.db|ehthumbs\.db|desktop\.ini|\$RECYCLE\.BIN|System Volume Information|` + // Windows
	`lost\+found|\.Trash-\d+|\.directory|\.nfs[0-9a-f]+|@eaDir|\.snapshot)$`) // Linux, file servers

// Package export makes a folder what an export says, and nothing else.
//
// Start at [Open]: it refuses a folder that holds anything but an earlier export, and
// keeps a second export out. Each newspaper's files are written by [Folder.Write]; one
// that has the bytes of the file that stands there already is not written at all.
// [Folder.Commit] then switches: new files get their names, what no longer belongs is
// taken away, and manifest.json says which files are of the export.
//
// Stopped at any moment, the folder is as before, or its manifest says that it is not
// complete; the next export knows it for one of ours and completes it. A file under its
// own name is always complete. No path that a manifest or a page names leads out of the
// folder, and no link in it is followed.
//
//   - folder.go: [Folder], what stands in it, and which of that is an export's.
//   - output.go: a file while it is written, or compared with the one that stands there.
//   - commit.go: the switch, and what it changed.
//   - manifest.go: manifest.json, written and read. lists.go: its lists of articles while they
//     are written.
//   - verify.go: whether a folder is as its manifest says.
//   - names.go: names of files and folders that an export can make.
package export

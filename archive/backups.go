package archive

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/sites"
)

// What an archive remembers of its backups.

// StillIn lists the backups that hold a page that was forgotten, as far as the
// archive remembers them. Another backup into the same folder takes it out.
func (a *Archive) StillIn(site string, f Forgotten) ([]BackupInfo, error) {
	if len(f.Captures) == 0 {
		return nil, nil
	}
	all, err := a.Backups()
	if err != nil {
		return nil, err
	}
	first := slices.Min(f.Captures)
	return slices.DeleteFunc(all, func(b BackupInfo) bool {
		s, ok := b.Sites[site]
		return !ok || s.Last < first || s.Forgets >= f.Forgets
	}), nil
}

// BackupInfo is one backup that was made of an archive.
type BackupInfo struct {
	Path  string                `json:"path"` // absolute
	Time  time.Time             `json:"time"` // of the last one into that folder, +07:00
	Sites map[string]BackupSite `json:"sites"`
}

// BackupSite is how far a backup has one newspaper: it holds what was captured up
// to Last and not forgotten in the first Forgets takedowns.
type BackupSite struct {
	Last    uint64 `json:"last"`
	Forgets int    `json:"forgets"`
}

type backupList struct {
	Backups []BackupInfo `json:"backups"`
}

// backupsName is the file in which an archive remembers its backups.
const backupsName = "backups.json"

// Backups lists the backups that were made of the archive, as far as it could
// remember them; whether they are still there it does not know.
func (a *Archive) Backups() ([]BackupInfo, error) {
	path := filepath.Join(a.folder.Dir, backupsName)
	text, err := store.ReadSmall(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list backupList
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, schema.Say(ErrCorrupt, "%s cannot be read: delete it, and the backups are remembered again as they are made", Path(path))
	}
	return list.Backups, nil
}

// Remember notes how far the backup in a folder has a newspaper, for takedowns have to name
// those that hold a page. Where the archive cannot be written nothing is noted: it cannot
// forget either.
func (a *Archive) Remember(folder, site string, s BackupSite) error {
	lock, err := store.WaitForLock(filepath.Join(a.folder.Dir, "backups.lock"))
	if store.ReadOnly(err) {
		return nil
	} else if err != nil {
		return err
	}
	defer func() { _ = store.DropLock(lock) }()
	list, err := a.Backups()
	if err != nil && !errors.Is(err, ErrCorrupt) {
		return err
	}
	info := BackupInfo{Path: folder, Sites: map[string]BackupSite{}}
	if i := slices.IndexFunc(list, func(o BackupInfo) bool { return o.Path == folder }); i >= 0 {
		if list[i].Sites != nil {
			info.Sites = list[i].Sites
		}
		list = slices.Delete(list, i, i+1)
	}
	info.Time = time.Now().In(sites.Zone).Truncate(time.Second)
	info.Sites[site] = s
	text, err := schema.Encode(backupList{append(list, info)})
	if err != nil {
		return err
	}
	return store.WriteSmall(filepath.Join(a.folder.Dir, backupsName), append(text, '\n'))
}

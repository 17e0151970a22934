package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"baoluu/archive/internal/newspaper"
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
	return holding(a.Newspaper(site), slices.Min(f.Captures), f.Forgets)
}

// holding lists the backups that have a capture and know of fewer takedowns.
func holding(np *newspaper.Newspaper, capture uint64, forgets int) ([]BackupInfo, error) {
	all, err := backups(np.File.Folder.Dir)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(b BackupInfo) bool {
		s, ok := b.Sites[np.Name]
		return !ok || s.Last < capture || s.Forgets >= forgets
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
func (a *Archive) Backups() ([]BackupInfo, error) { return backups(a.Dir()) }

// backups are those that the archive in a folder remembers.
func backups(dir string) ([]BackupInfo, error) {
	text, err := store.ReadSmall(filepath.Join(dir, backupsName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list backupList
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, schema.Say(ErrCorrupt, "%s cannot be read: delete it, and the backups are remembered again as they are made", Path(filepath.Join(dir, backupsName)))
	}
	return list.Backups, nil
}

// remember notes the backup in the archive, for takedowns have to name those that
// hold a page. An archive that cannot be written cannot forget either.
func (b *backup) remember(context.Context) error {
	path, err := filepath.Abs(b.out.File.Folder.Dir)
	if err != nil {
		return err
	}
	lock, err := store.WaitForLock(filepath.Join(b.from.File.Folder.Dir, "backups.lock"))
	if store.ReadOnly(err) {
		return nil
	} else if err != nil {
		return fmt.Errorf("remember the backup: %w", err)
	}
	defer func() { _ = store.DropLock(lock) }()
	list, err := backups(b.from.File.Folder.Dir)
	if err != nil && !errors.Is(err, ErrCorrupt) {
		return err
	}
	info := BackupInfo{Path: path, Sites: map[string]BackupSite{}}
	if i := slices.IndexFunc(list, func(o BackupInfo) bool { return o.Path == path }); i >= 0 {
		if list[i].Sites != nil {
			info.Sites = list[i].Sites
		}
		list = slices.Delete(list, i, i+1)
	}
	info.Time = time.Now().In(sites.Zone).Truncate(time.Second)
	info.Sites[b.from.Name] = BackupSite{b.done, b.era.Forgets}
	text, err := schema.Encode(backupList{append(list, info)})
	if err != nil {
		return err
	}
	if err := store.WriteSmall(filepath.Join(b.from.File.Folder.Dir, backupsName), append(text, '\n')); err != nil {
		return fmt.Errorf("remember the backup: %w", err)
	}
	return nil
}

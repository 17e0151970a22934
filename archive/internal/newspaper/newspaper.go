package newspaper

import (
	"context"
	"sync"
	"sync/atomic"

	"baoluu/archive/internal/body"
	"baoluu/archive/internal/history"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/sites"
)

// Newspaper is one newspaper of an archive: its file, and what its readers and commits
// share within this process.
type Newspaper struct {
	Name    string
	File    *store.File
	Bodies  body.Store
	Pool    *body.Pool       // the archive's, as is the cleaner
	Cleaner *history.Cleaner // the present one

	turn       chan struct{} // one commit at a time: no work is done twice, no file waited for
	references body.References
	compared   history.Cache
	described  atomic.Pointer[sites.Site] // whose description the file has, as its newest
	forgets    int                        // how often something was forgotten when the references were read

	mu     sync.Mutex
	copies copyQueue // guarded by mu
}

// New is the newspaper of a name in a folder, whether it has a file yet or not. There
// shall be one of each in a process: its commits wait for each other, and share what they know.
func New(folder *store.Folder, name string, pool *body.Pool, cleaner *history.Cleaner) *Newspaper {
	return &Newspaper{
		Name:   name,
		File:   &store.File{Folder: folder, Site: name, OnReplace: pool.Forget},
		Bodies: body.Store{Pool: pool, Site: name},
		Pool:   pool, Cleaner: cleaner,
		turn: make(chan struct{}, 1),
	}
}

// Like makes the archive of this newspaper clean, wait and grow as that of another does.
func (np *Newspaper) Like(o *Newspaper) {
	*np.Cleaner = *o.Cleaner
	np.File.Folder.Patience, np.File.Folder.MaxSize = o.File.Folder.Patience, o.File.Folder.MaxSize
}

// CleanerName is what the present cleaner writes into its articles of this newspaper.
func (np *Newspaper) CleanerName() string { return np.Cleaner.Name(np.Name) }

// History reads the newspaper's articles of one generation, and compares them.
func (np *Newspaper) History(r schema.Reader, generation uint32) *history.Reader {
	return history.New(r, np.Bodies, *np.Cleaner, generation)
}

// Lock takes the newspaper for a whole run; what says what for. Where another holds it the
// error is a [*store.InUseError] at once. release settles the second copies of bodies first,
// and may be called more than once.
func (np *Newspaper) Lock(what string) (release func() error, err error) {
	unlock, err := np.File.Lock(what)
	if err != nil {
		return nil, err
	}
	return sync.OnceValue(func() error {
		_ = np.Settle(context.Background()) // else the next who writes goes on
		return unlock()
	}), nil
}

// State reads the newspaper's counters, in a turn of its own.
func (np *Newspaper) State(ctx context.Context) (state schema.State, err error) {
	err = np.File.Read(ctx, func(r schema.Reader) error {
		state, err = schema.MetaState.Must(r)
		return err
	})
	return state, err
}

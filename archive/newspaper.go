package archive

import (
	"context"
	"sync"

	"baoluu/archive/internal/body"
	"baoluu/archive/internal/history"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// newspaper is one newspaper of an archive: its file, and what its readers and commits
// share within this process.
type newspaper struct {
	name    string
	file    *store.File
	bodies  body.Store
	pool    *body.Pool       // the archive's, as is the cleaner
	cleaner *history.Cleaner // the present one

	turn       chan struct{} // one commit at a time: no work is done twice, no file waited for
	references body.References
	compared   history.Cache
	forgets    int // how often something was forgotten when the references were read

	mu       sync.Mutex
	spreader spreader // guarded by mu
}

// newspaper is the one of a name, whether it has a file yet or not.
func (a *Archive) newspaper(site string) *newspaper {
	a.mu.Lock()
	defer a.mu.Unlock()
	np, ok := a.newspapers[site]
	if !ok {
		np = &newspaper{
			name:   site,
			file:   &store.File{Folder: a.folder, Site: site, OnReplace: a.pool.Forget},
			bodies: body.Store{Pool: &a.pool, Site: site},
			pool:   &a.pool, cleaner: &a.cleaner,
			turn: make(chan struct{}, 1),
		}
		a.newspapers[site] = np
	}
	return np
}

// history reads the newspaper's articles of one generation, and compares them.
func (np *newspaper) history(r schema.Reader, generation uint32) *history.Reader {
	return history.New(r, np.bodies, *np.cleaner, generation)
}

func (np *newspaper) lock(what string) (release func() error, err error) {
	unlock, err := np.file.Lock(what)
	if err != nil {
		return nil, err
	}
	return sync.OnceValue(func() error {
		_ = np.settle(context.Background()) // else the next who writes goes on
		return unlock()
	}), nil
}

package sites

import (
	"cmp"
	"embed"
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

//go:embed newspapers/*.yaml
var newspaperFiles embed.FS

// Registry is the newspapers that a program knows. It does not change.
type Registry struct {
	list   []*Site // by name
	byName map[string]*Site
	byHost map[string]*Site
	kept   map[*Site]bool // those that only an archive describes
}

// NewRegistry is the given newspapers together. Of two with one name the later one
// counts: so a file takes the place of what is built in. Two with one host are a [*HostError].
func NewRegistry(list ...*Site) (*Registry, error) {
	r := &Registry{byName: map[string]*Site{}, byHost: map[string]*Site{}}
	for _, s := range list {
		r.byName[s.Name] = s
	}
	for _, s := range r.byName {
		r.list = append(r.list, s)
	}
	slices.SortFunc(r.list, func(a, b *Site) int { return strings.Compare(a.Name, b.Name) })
	for _, s := range r.list {
		for _, h := range s.Hosts {
			if other := r.byHost[h]; other != nil {
				return nil, &HostError{h, other, s}
			}
			r.byHost[h] = s
		}
	}
	return r, nil
}

// Beside is r and newspapers that an archive describes, for which there is no file. One of a name that
// r has is left out. A host that r has stays with the newspaper that has it there: the other is
// known by its name alone then.
func (r *Registry) Beside(list ...*Site) *Registry {
	both := &Registry{list: slices.Clone(r.list), byName: maps.Clone(r.byName), byHost: maps.Clone(r.byHost), kept: map[*Site]bool{}}
	maps.Copy(both.kept, r.kept)
	for _, s := range list {
		if both.byName[s.Name] != nil {
			continue
		}
		both.list, both.byName[s.Name], both.kept[s] = append(both.list, s), s, true
		for _, h := range s.Hosts {
			if both.byHost[h] == nil {
				both.byHost[h] = s
			}
		}
	}
	slices.SortFunc(both.list, func(a, b *Site) int { return strings.Compare(a.Name, b.Name) })
	return both
}

var (
	current atomic.Pointer[Registry]
	builtIn = sync.OnceValue(func() *Registry {
		files, err := newspaperFiles.ReadDir("newspapers")
		if err != nil {
			panic("sites: " + err.Error())
		}
		sources := make(map[string][]byte, len(files))
		for _, f := range files {
			if sources[f.Name()], err = newspaperFiles.ReadFile(path.Join("newspapers", f.Name())); err != nil {
				panic("sites: " + err.Error())
			}
		}
		list, err := ReadAll(sources)
		if err == nil {
			var r *Registry
			if r, err = NewRegistry(list...); err == nil {
				return r
			}
		}
		panic("sites: built in: " + err.Error()) // and so fails every test at once
	})
)

// ReadAll reads several files, by their names, on all cores. A file is named as its
// newspaper, with ".yaml". The error is that of the first file, by name, that has one.
func ReadAll(sources map[string][]byte) ([]*Site, error) {
	names := make([]string, 0, len(sources))
	for name := range sources {
		names = append(names, name)
	}
	slices.Sort(names)
	list, errs := make([]*Site, len(names)), make([]error, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		wg.Go(func() {
			if list[i], errs[i] = Read(name, sources[name]); errs[i] == nil && list[i].Name != strings.TrimSuffix(path.Base(name), ".yaml") {
				errs[i] = list[i].Wrong(name, "name", fmt.Errorf("newspaper %q: the file has to be named %s.yaml", list[i].Name, list[i].Name))
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Use makes r what [All], [ByName] and [ByURL] know. A program calls it when it starts, before
// anything else asks; nil is what is built in, as without it.
func Use(r *Registry) { current.Store(r) }

// Known is what [All], [ByName] and [ByURL] know.
func Known() *Registry { return registry() }

// OnlyKept reports whether a newspaper has no file: only an archive describes it, see [Registry.Beside].
func OnlyKept(s *Site) bool { return registry().kept[s] }

func registry() *Registry {
	if r := current.Load(); r != nil {
		return r
	}
	return builtIn()
}

// BuiltIn is every newspaper that the program brings along, sorted by name.
func BuiltIn() []*Site { return slices.Clone(builtIn().list) }

// All is every newspaper, sorted by name.
func All() []*Site { return slices.Clone(registry().list) }

// Languages are those of all newspapers, the most frequent first.
func Languages() []string {
	newspapers := map[string]int{}
	for _, s := range registry().list {
		own := slices.Concat(s.Languages, slices.Collect(maps.Values(s.Editions)), slices.Collect(maps.Values(s.HostLanguages)))
		slices.Sort(own)
		for _, l := range slices.Compact(own) {
			newspapers[l]++
		}
	}
	return slices.SortedFunc(maps.Keys(newspapers), func(a, b string) int {
		return cmp.Or(cmp.Compare(newspapers[b], newspapers[a]), cmp.Compare(a, b))
	})
}

// ByName finds a newspaper by its name.
func ByName(name string) (*Site, bool) {
	s, ok := registry().byName[name]
	return s, ok
}

// ByURL finds the newspaper that owns the address's host.
func ByURL(u *url.URL) (*Site, bool) {
	s, ok := registry().byHost[strings.TrimRight(strings.ToLower(u.Hostname()), ".")]
	return s, ok
}

package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"slices"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"

	"baoluu/crawler"
	"baoluu/sites"
)

// defaultConfigFile is read from the working directory where it exists.
const defaultConfigFile = "config.yaml"

// defaultListen is where "baoluu serve" listens: for this machine alone.
const defaultListen = "127.0.0.1:8080"

// Config is every setting. Its zero value is not useful: see [defaultConfig].
// The file config.yaml at the root of the repository holds the same defaults,
// with a comment each; a test holds the two together.
type Config struct {
	Archive    string                `yaml:"archive"`
	Newspapers string                `yaml:"newspapers"`
	Contact    string                `yaml:"contact"`
	MinFree    Size                  `yaml:"min_free"`
	HTTP       HTTPConfig            `yaml:"http"`
	Log        LogConfig             `yaml:"log"`
	Notify     NotifyConfig          `yaml:"notify"`
	Serve      ServeConfig           `yaml:"serve"`
	Sites      map[string]SiteConfig `yaml:"sites"`

	Source  []byte        `yaml:"-"` // as it was read, for errors that show a line
	Renamed []string      `yaml:"-"` // settings that it gives under an earlier name, in words
	Own     ownNewspapers `yaml:"-"` // that the folder Newspapers has
}

// HTTPConfig is how pages are fetched.
type HTTPConfig struct {
	Timeout  Duration `yaml:"timeout"`
	MaxBody  Size     `yaml:"max_body"`
	MaxAsset Size     `yaml:"max_asset"`
	Proxy    string   `yaml:"proxy"`
}

// LogConfig is how the file that --log names is rotated.
type LogConfig struct {
	Level   string `yaml:"level"`
	MaxSize Size   `yaml:"max_size"`
	Keep    int    `yaml:"keep"`
}

// NotifyConfig is who is notified when a crawl needs a person.
type NotifyConfig struct {
	Webhook  string   `yaml:"webhook"`
	Command  []string `yaml:"command"`
	Timeout  Duration `yaml:"timeout"`
	Every    Duration `yaml:"every"`
	Failures int      `yaml:"failures"`
}

// ServeConfig is where "baoluu serve" listens, and the names that it answers to
// beside that one.
type ServeConfig struct {
	Listen string   `yaml:"listen"`
	Hosts  []string `yaml:"hosts"`
}

// SiteConfig is what an owner decides for one newspaper. Where a file leaves a
// key out, the default stays.
type SiteConfig struct {
	Enabled     *bool     `yaml:"enabled"`
	Pace        *Duration `yaml:"pace"`
	Schedule    *string   `yaml:"schedule"`
	Recrawls    *int      `yaml:"recrawls"`
	Assets      *string   `yaml:"assets"`
	AssetBudget *Size     `yaml:"asset_budget"`
	Revisits    *int      `yaml:"revisits,omitempty" renamed:"recrawls"` // the earlier name of Recrawls: read, never set
}

// defaultConfig is what holds without any file, for the newspapers that are known.
func defaultConfig() Config {
	c := Config{
		Archive:    defaultFolders.Archive,
		Newspapers: defaultFolders.Newspapers,
		MinFree:    500e6,
		HTTP:       HTTPConfig{Timeout: Duration(30 * time.Second), MaxBody: 10e6, MaxAsset: crawler.DefaultAssetSize},
		Log:        LogConfig{Level: logInfo, MaxSize: 10e6, Keep: 5},
		Notify:     NotifyConfig{Command: []string{}, Timeout: Duration(10 * time.Second), Every: Duration(24 * time.Hour), Failures: 20},
		Serve:      ServeConfig{Listen: defaultListen, Hosts: []string{}},
		Sites:      map[string]SiteConfig{},
	}
	for i, s := range inLine() {
		pace := Duration(time.Second)
		enabled := !s.Closed && !s.Off
		schedule := defaultSchedule(i)
		recrawls := crawler.DefaultRecrawls
		assets, budget := string(crawler.NoAssets), Size(crawler.DefaultAssetBudget)
		c.Sites[s.Name] = SiteConfig{
			Enabled: &enabled, Pace: &pace, Schedule: &schedule, Recrawls: &recrawls, Assets: &assets, AssetBudget: &budget,
		}
	}
	return c
}

// defaultSchedule is that of the newspaper at a place, from 0. Few start in one minute: at 0, 3,
// 6, 9, 12, 1, 4 …
func defaultSchedule(place int) string { return fmt.Sprintf("%d-59/15 * * * *", 3*place%15+place/5%3) }

// inLine are the newspapers in the order in which default schedules are given: that of one that
// the program brings along is the same whatever its owner adds or replaces.
func inLine() []*sites.Site {
	place := map[string]int{}
	for _, off := range []bool{false, true} {
		for _, s := range sites.BuiltIn() {
			if s.Off == off {
				place[s.Name] = len(place) + 1
			}
		}
	}
	list := sites.All() // by name
	slices.SortStableFunc(list, func(a, b *sites.Site) int {
		return cmp.Compare(cmp.Or(place[a.Name], math.MaxInt), cmp.Or(place[b.Name], math.MaxInt))
	})
	return list
}

// loadConfig reads the newspapers and the settings: the named file, else ./config.yaml where
// there is one, else the defaults alone; newspapers and archive are the folders that are read instead of
// those that the settings name, "" for none. Relative folders are meant from the working directory, as on
// the command line.
func loadConfig(file, newspapers, archive string) (Config, error) {
	named := file != ""
	if !named {
		file = defaultConfigFile
	}
	source, err := readAtMost(file, maxConfig)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
		said := defaultFolders
		own, err := useNewspapers(cmp.Or(newspapers, said.Newspapers), cmp.Or(archive, said.Archive))
		c := defaultConfig()
		c.know(own, newspapers)
		return c, err
	case err != nil:
		if info, serr := os.Stat(file); serr == nil && info.IsDir() {
			err = fmt.Errorf("%s is a folder", file)
		}
		return Config{}, fmt.Errorf("read settings: %w", err)
	}
	said := foldersOf(source)
	own, err := useNewspapers(cmp.Or(newspapers, said.Newspapers), cmp.Or(archive, said.Archive))
	if err != nil {
		return Config{}, err
	}
	c, err := parseConfig(source) // which newspapers it may name is known now
	if err != nil {
		todo := cmp.Or(hint(err), "the config.yaml of the project has every setting with its default")
		return Config{}, withHint(todo, "settings %s: %w", file, &settingsError{err})
	}
	c.Source = append([]byte{}, source...) // not nil: it was there
	c.know(own, newspapers)
	return c, nil
}

// parseConfig lays a file over the defaults. Whatever a crawl would refuse is an error
// here, that shows the line.
func parseConfig(source []byte) (Config, error) {
	source, err := plainSource(source)
	if err != nil {
		return Config{}, err
	}
	c, err := decodeConfig(source)
	if err != nil {
		return Config{}, err
	}
	if c.Sites, c.Renamed, err = overDefaults(source, c.Sites); err != nil {
		return Config{}, err
	}
	return c, c.check(source)
}

// decodeConfig reads the settings of a file. Those that it leaves out are the defaults,
// but for the newspapers': of these it is what the file says alone.
func decodeConfig(source []byte) (Config, error) {
	if err := checkTokens(source); err != nil {
		return Config{}, err
	}
	c := defaultConfig()
	c.Sites = nil
	file, err := parser.ParseBytes(source, 0)
	switch {
	case err != nil:
		return Config{}, show(source, err)
	case len(file.Docs) > 1:
		return Config{}, errors.New("more than one YAML document: settings are one")
	case len(file.Docs) == 0 || file.Docs[0].Body == nil:
		return c, nil // nothing, or comments only
	}
	if err := checkShape(file.Docs[0].Body); err != nil {
		return Config{}, show(source, err)
	}
	if err := yaml.UnmarshalWithOptions(source, &c, yaml.Strict(), yaml.CustomUnmarshaler(readBool)); err != nil {
		return Config{}, show(source, err)
	}
	return c, nil
}

// overDefaults lays what a file says of the newspapers over the defaults; renamed says
// which settings it gives under an earlier name.
func overDefaults(source []byte, given map[string]SiteConfig) (all map[string]SiteConfig, renamed []string, err error) {
	all = defaultConfig().Sites
	for _, name := range slices.Sorted(maps.Keys(given)) {
		s, own, path := given[name], all[name], "$.sites."+name
		if s.Enabled != nil {
			own.Enabled = s.Enabled
		}
		if s.Pace != nil {
			own.Pace = s.Pace
		}
		if s.Schedule != nil {
			if err := checkSchedule(*s.Schedule); err != nil {
				return nil, nil, at(source, path+".schedule", "%w", err)
			}
			own.Schedule = s.Schedule
		}
		key := ".recrawls"
		if s.Revisits != nil {
			if s.Recrawls != nil {
				return nil, nil, at(source, path+".revisits", `"revisits" is the earlier name of "recrawls": leave one of them out`)
			}
			s.Recrawls, key = s.Revisits, ".revisits"
			renamed = append(renamed, fmt.Sprintf(`sites.%s.revisits is now called "recrawls": please rename it`, name))
		}
		if s.Recrawls != nil {
			if *s.Recrawls < 1 {
				return nil, nil, at(source, path+key, "%d recrawls a day: at least 1", *s.Recrawls)
			}
			own.Recrawls = s.Recrawls
		}
		if s.Assets != nil {
			if _, err := readAssets(*s.Assets); err != nil {
				return nil, nil, at(source, path+".assets", "%w", err)
			}
			own.Assets = s.Assets
		}
		if s.AssetBudget != nil {
			if *s.AssetBudget == 0 {
				return nil, nil, at(source, path+".asset_budget", `a budget of 0 would take nothing: "assets: none" says so`)
			}
			own.AssetBudget = s.AssetBudget
		}
		all[name] = own
	}
	return all, renamed, nil
}

// readAssets reads which assets are fetched.
func readAssets(word string) (crawler.Assets, error) {
	mode := crawler.Assets(word)
	if !slices.Contains(crawler.AssetModes, mode) {
		return "", fmt.Errorf("%q is none of these: none, images, all", word)
	}
	return mode, nil
}

// crawlConfig is the settings for what sets up crawls.
func (a *app) crawlConfig() (Config, error) {
	c, err := a.config()
	if err != nil {
		return Config{}, err
	}
	if err := c.checkPaces(c.Source, func(time.Duration) bool { return true }); err != nil {
		return Config{}, withHint(hint(err), "settings %s: %w", cmp.Or(a.configFile, defaultConfigFile), &settingsError{err})
	}
	return c, nil
}

// isSet reports whether anybody is notified.
func (c NotifyConfig) isSet() bool { return c.Webhook != "" || len(c.Command) > 0 }

func siteNames() []string {
	var names []string
	for _, s := range sites.All() {
		names = append(names, s.Name)
	}
	return names
}

// pace is the least time between two requests to one host.
func (c SiteConfig) pace() time.Duration { return time.Duration(*c.Pace) }

package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net"
	"net/mail"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/adhocore/gronx"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

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
	Archive string                `yaml:"archive"`
	Contact string                `yaml:"contact"`
	MinFree Size                  `yaml:"min_free"`
	HTTP    HTTPConfig            `yaml:"http"`
	Log     LogConfig             `yaml:"log"`
	Notify  NotifyConfig          `yaml:"notify"`
	Serve   ServeConfig           `yaml:"serve"`
	Sites   map[string]SiteConfig `yaml:"sites"`

	Source []byte `yaml:"-"` // as it was read, for errors that show a line
}

// HTTPConfig is how pages are fetched.
type HTTPConfig struct {
	Timeout Duration `yaml:"timeout"`
	MaxBody Size     `yaml:"max_body"`
	Proxy   string   `yaml:"proxy"`
}

// LogConfig is how the file that --log names is rotated.
type LogConfig struct {
	Level   string `yaml:"level"`
	MaxSize Size   `yaml:"max_size"`
	Keep    int    `yaml:"keep"`
}

// NotifyConfig is who is told when a crawl needs a person.
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
	Enabled  *bool     `yaml:"enabled"`
	Pace     *Duration `yaml:"pace"`
	Schedule *string   `yaml:"schedule"`
	Revisits *int      `yaml:"revisits"`
}

// Duration is a time.Duration, written "30s", "1m30s".
type Duration time.Duration

// UnmarshalYAML reads a duration; a bare number is an error, for nobody could
// tell its unit.
func (d *Duration) UnmarshalYAML(node ast.Node) error {
	text := scalar(node)
	if text == "0" {
		*d = 0
		return nil
	}
	v, err := time.ParseDuration(text)
	if err != nil || v < 0 {
		return wrong(node, "%q is no length of time: write it like 1s, 500ms or 2m", text)
	}
	*d = Duration(v)
	return nil
}

// MarshalText writes a duration as it is read: "1m30s".
func (d Duration) MarshalText() ([]byte, error) {
	text := time.Duration(d).String()
	for _, none := range []string{"m0s", "h0m"} { // 1h0m0s is 1h
		if cut, ok := strings.CutSuffix(text, none); ok {
			text = cut + none[:1]
		}
	}
	return []byte(text), nil
}

// Size is a count of bytes, written "10MB" or "1.5 GB", in powers of ten, or "10MiB" in
// powers of two.
type Size int64

// sizeUnits are the units of sizes, the largest first of those that end alike.
var sizeUnits = []struct {
	name  string
	bytes int64
}{
	{"TIB", 1 << 40}, {"GIB", 1 << 30}, {"MIB", 1 << 20}, {"KIB", 1 << 10},
	{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"KB", 1e3},
	{"T", 1e12}, {"G", 1e9}, {"M", 1e6}, {"K", 1e3}, {"B", 1},
}

// maxSize is more than any disk has.
const maxSize = 1 << 50

// UnmarshalYAML reads a size.
func (s *Size) UnmarshalYAML(node ast.Node) error {
	text := scalar(node)
	number, unit := strings.ToUpper(text), int64(1)
	for _, u := range sizeUnits {
		if cut, ok := strings.CutSuffix(number, u.name); ok {
			number, unit = strings.TrimSpace(cut), u.bytes
			break
		}
	}
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || !plainNumber.MatchString(number) || n*float64(unit) > maxSize {
		return wrong(node, "%q is no size: write it like 500MB, 1.5GB or 512kB", text)
	}
	*s = Size(math.Round(n * float64(unit)))
	return nil
}

// plainNumber leaves out what else Go reads: 0x1p-2, 1e6, 1_000, Inf.
var plainNumber = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)

// MarshalText writes a size as it is read, to the byte.
func (s Size) MarshalText() ([]byte, error) {
	for _, u := range []struct {
		name  string
		bytes Size
	}{{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}} {
		if s != 0 && s%u.bytes == 0 {
			return fmt.Appendf(nil, "%d%s", s/u.bytes, u.name), nil
		}
	}
	return fmt.Appendf(nil, "%d", s), nil
}

// scalar is a single value as it is written, its quotes apart.
func scalar(node ast.Node) string {
	if s, ok := node.(*ast.StringNode); ok {
		return strings.TrimSpace(s.Value)
	}
	return strings.TrimSpace(node.String())
}

// wrong is an error that says where in the file the value stands; [show] shows it.
func wrong(node ast.Node, format string, args ...any) error {
	return &yaml.SyntaxError{Message: fmt.Sprintf(format, args...), Token: node.GetToken()}
}

// defaultConfig is what holds without any file. The schedules are staggered,
// so that five newspapers do not start in one minute.
func defaultConfig() Config {
	c := Config{
		Archive: "./archive",
		MinFree: 500e6,
		HTTP:    HTTPConfig{Timeout: Duration(30 * time.Second), MaxBody: 10e6},
		Log:     LogConfig{Level: logInfo, MaxSize: 10e6, Keep: 5},
		Notify:  NotifyConfig{Command: []string{}, Timeout: Duration(10 * time.Second), Every: Duration(24 * time.Hour), Failures: 20},
		Serve:   ServeConfig{Listen: defaultListen, Hosts: []string{}},
		Sites:   map[string]SiteConfig{},
	}
	for i, s := range sites.All() {
		pace := Duration(time.Second)
		enabled := !s.Closed
		schedule := fmt.Sprintf("%d-59/15 * * * *", 3*i)
		revisits := crawler.DefaultRevisits
		c.Sites[s.Name] = SiteConfig{Enabled: &enabled, Pace: &pace, Schedule: &schedule, Revisits: &revisits}
	}
	return c
}

// loadConfig reads the settings: the named file, else ./config.yaml where
// there is one, else the defaults alone. A relative archive folder is meant
// from the working directory, as on the command line.
func loadConfig(file string) (Config, error) {
	named := file != ""
	if !named {
		file = defaultConfigFile
	}
	source, err := readAtMost(file, maxConfig)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
		return defaultConfig(), nil
	case err != nil:
		if info, serr := os.Stat(file); serr == nil && info.IsDir() {
			err = fmt.Errorf("%s is a folder", file)
		}
		return Config{}, fmt.Errorf("read settings: %w", err)
	}
	c, err := parseConfig(source)
	if err != nil {
		todo := cmp.Or(hint(err), "every setting and its default stands in the config.yaml of the project")
		return Config{}, withHint(todo, "settings %s: %w", file, &settingsError{err})
	}
	c.Source = append([]byte{}, source...) // not nil: it was there
	return c, nil
}

// parseConfig lays a file over the defaults. Whatever a crawl would refuse is an error
// here, that shows the line.
func parseConfig(source []byte) (Config, error) {
	source, err := plainSource(source)
	if err != nil {
		return Config{}, err
	}
	c := defaultConfig()
	if err := checkTokens(source); err != nil {
		return Config{}, err
	}
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
	given := c
	given.Sites = nil
	if err := yaml.UnmarshalWithOptions(source, &given, yaml.Strict(), yaml.CustomUnmarshaler(readBool)); err != nil {
		return Config{}, show(source, err)
	}
	for name, s := range given.Sites {
		own := c.Sites[name]
		if s.Enabled != nil {
			own.Enabled = s.Enabled
		}
		if s.Pace != nil {
			own.Pace = s.Pace
		}
		if s.Schedule != nil {
			if err := checkSchedule(*s.Schedule); err != nil {
				return Config{}, at(source, "$.sites."+name+".schedule", "%w", err)
			}
			own.Schedule = s.Schedule
		}
		if s.Revisits != nil {
			if *s.Revisits < 1 {
				return Config{}, at(source, "$.sites."+name+".revisits", "%d revisits a day: at least 1", *s.Revisits)
			}
			own.Revisits = s.Revisits
		}
		c.Sites[name] = own
	}
	given.Sites = c.Sites
	if err := given.checkPaces(source, func(pace time.Duration) bool { return pace > 0 }); err != nil {
		return Config{}, err
	}
	if given.Archive == "" {
		return Config{}, at(source, "$.archive", "no folder named")
	}
	if err := checkContact(given.Contact); err != nil {
		return Config{}, at(source, "$.contact", "%w", err)
	}
	if given.HTTP.Timeout == 0 {
		return Config{}, at(source, "$.http.timeout", "a timeout of 0 would give up every page at once")
	}
	if given.HTTP.MaxBody == 0 {
		return Config{}, at(source, "$.http.max_body", "a limit of 0 would take no page")
	}
	if err := given.Log.check(source); err != nil {
		return Config{}, err
	}
	if err := given.Notify.check(source); err != nil {
		return Config{}, err
	}
	if err := given.Serve.check(source); err != nil {
		return Config{}, err
	}
	if p := given.HTTP.Proxy; p != "" {
		if !isProxy(p) {
			return Config{}, at(source, "$.http.proxy", "%q is no proxy address: write it like http://127.0.0.1:3128", p)
		}
	}
	return given, nil
}

// checkPaces refuses what a crawl would. Whether a pace of 0 will do depends on the proxy
// that a crawl is given in its environment: that is for those to ask who set up crawls, not
// for whoever reads an archive.
func (c Config) checkPaces(source []byte, which func(pace time.Duration) bool) error {
	for _, s := range sites.All() {
		pace := c.Sites[s.Name].pace()
		if !which(pace) {
			continue
		}
		if err := crawler.CheckPace(s, crawler.Options{Pace: pace, Proxy: c.HTTP.Proxy}); err != nil {
			return at(source, "$.sites."+s.Name+".pace", "%w", err)
		}
	}
	return nil
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

// What settings may take, many times what all of them need. The YAML library takes
// time and memory that grow with the square of how deep a file nests, or without
// bound where aliases name aliases: both need tokens.
const (
	maxConfig  = 64 << 10
	maxTokens  = 4000
	maxAliases = 16
)

// checkTokens refuses what is too much for the YAML library.
func checkTokens(source []byte) error {
	if len(source) > maxConfig { // telling tokens apart is not linear, either
		return fmt.Errorf("%s of settings: at most %s", size(int64(len(source))), size(maxConfig))
	}
	var tokens, aliases int
	for _, t := range lexer.Tokenize(string(source)) {
		switch t.Type {
		case token.CommentType:
		case token.AliasType:
			aliases++
			fallthrough
		default:
			tokens++
		}
	}
	if tokens > maxTokens || aliases > maxAliases {
		return fmt.Errorf("%d words and signs, of them %d aliases: settings need at most %d and %d", tokens, aliases, maxTokens, maxAliases)
	}
	return nil
}

func (c LogConfig) check(source []byte) error {
	if c.Level != logInfo && c.Level != logDebug {
		return at(source, "$.log.level", "%q is no level: %s or %s", c.Level, logInfo, logDebug)
	}
	if c.MaxSize == 0 {
		return at(source, "$.log.max_size", "a log of 0 bytes holds no line")
	}
	if c.Keep < 0 || c.Keep > 1000 {
		return at(source, "$.log.keep", "%d is no number of old logs: 0 to 1000", c.Keep)
	}
	return nil
}

// isSet tells whether anybody is told.
func (c NotifyConfig) isSet() bool { return c.Webhook != "" || len(c.Command) > 0 }

func (c NotifyConfig) check(source []byte) error {
	if c.Webhook != "" {
		if u, err := url.Parse(c.Webhook); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return at(source, "$.notify.webhook", "%q is no web address: write it like https://example.org/hook", c.Webhook)
		}
	}
	if len(c.Command) > 0 && c.Command[0] == "" {
		return at(source, "$.notify.command", "no program named: write it like [mail, -s, Bảo Lưu, you@example.org]")
	}
	if c.Timeout == 0 {
		return at(source, "$.notify.timeout", "a timeout of 0 would tell nobody")
	}
	if c.Failures < 1 {
		return at(source, "$.notify.failures", "%d is no number of failures: 1 or more", c.Failures)
	}
	return nil
}

func (c ServeConfig) check(source []byte) error {
	if err := checkListen(c.Listen); err != nil {
		return at(source, "$.serve.listen", "%w", err)
	}
	for i, name := range c.Hosts {
		if name == "" || strings.ContainsAny(name, ":/ ") {
			return at(source, fmt.Sprintf("$.serve.hosts[%d]", i), "%q is no name of a host: leave out scheme and port", name)
		}
	}
	return nil
}

// isProxy tells whether an address is one of a proxy that net/http can go through.
func isProxy(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Port() != "" && !isPort(u.Port()) {
		return false
	}
	return slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme)
}

func isPort(port string) bool {
	_, err := strconv.ParseUint(port, 10, 16)
	return err == nil
}

// checkListen accepts HOST:PORT; an empty host is every address of the machine.
func checkListen(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil || !isPort(port) || strings.ContainsFunc(host, unicode.IsSpace) || strings.Contains(host, "/") {
		return fmt.Errorf("%q is no address to listen on: write it like %s", address, defaultListen)
	}
	return nil
}

// at is an error that shows the line which path names.
func at(source []byte, path, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	file, perr := parser.ParseBytes(source, 0)
	if perr != nil {
		return err
	}
	for path != "$" {
		p, perr := yaml.PathString(path)
		if perr != nil {
			return err
		}
		if node, perr := p.FilterFile(file); perr == nil && node.GetToken() != nil {
			return showAt(source, node.GetToken().Position, err)
		}
		// It came by an alias: what holds it is there.
		path = path[:strings.LastIndexAny(path, ".[")]
	}
	return err
}

// checkContact accepts nothing, a mail address or a web address: what a site's
// owner can answer to.
func checkContact(contact string) error {
	if contact == "" {
		return nil
	}
	if _, err := mail.ParseAddress(contact); err == nil && !strings.ContainsAny(contact, "<>()\r\n") {
		return nil
	}
	if u, err := url.Parse(contact); err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") {
		return nil
	}
	return fmt.Errorf("%q is neither a mail address nor a web address", contact)
}

// checkSchedule accepts the five fields of a crontab line.
func checkSchedule(expr string) error {
	if len(strings.Fields(expr)) != 5 || !gronx.New().IsValid(expr) {
		return fmt.Errorf(`%q is no schedule: five fields as in crontab, "*/15 * * * *" is every 15 minutes`, expr)
	}
	if _, err := gronx.NextTick(expr, true); err != nil {
		return fmt.Errorf("the schedule %q never comes", expr)
	}
	return nil
}

func siteNames() []string {
	var names []string
	for _, s := range sites.All() {
		names = append(names, s.Name)
	}
	return names
}

// pace is the least time between two requests to one host.
func (c SiteConfig) pace() time.Duration { return time.Duration(*c.Pace) }

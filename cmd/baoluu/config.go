package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

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
	MaxSize Size `yaml:"max_size"`
	Keep    int  `yaml:"keep"`
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

// Size is a count of bytes, written "10MB" or "512kB", in powers of ten.
type Size int64

// UnmarshalYAML reads a size.
func (s *Size) UnmarshalYAML(node ast.Node) error {
	text := scalar(node)
	number, unit := strings.ToUpper(text), int64(1)
	for _, u := range []struct {
		suffix string
		bytes  int64
	}{{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1}} {
		if cut, ok := strings.CutSuffix(number, u.suffix); ok {
			number, unit = strings.TrimSpace(cut), u.bytes
			break
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 0 || n > (1<<40)/unit {
		return wrong(node, "%q is no size: write it like 10MB or 512kB", text)
	}
	*s = Size(n * unit)
	return nil
}

// scalar is a single value as it is written, its quotes apart.
func scalar(node ast.Node) string {
	if s, ok := node.(*ast.StringNode); ok {
		return strings.TrimSpace(s.Value)
	}
	return strings.TrimSpace(node.String())
}

// wrong is an error that shows where in the file the value stands.
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
		Log:     LogConfig{MaxSize: 10e6, Keep: 5},
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
		return Config{}, fmt.Errorf("read settings: %w", err)
	}
	c, err := parseConfig(source)
	if err != nil {
		return Config{}, withHint("every setting and its default stands in the config.yaml of the project", "settings %s: %w", file, &settingsError{err})
	}
	c.Source = source
	return c, nil
}

// parseConfig lays a file over the defaults. An unknown key, a value of the
// wrong form or a newspaper that does not exist is an error that shows the
// line.
func parseConfig(source []byte) (Config, error) {
	c := defaultConfig()
	if err := checkTokens(source); err != nil {
		return Config{}, err
	}
	if file, err := parser.ParseBytes(source, 0); err == nil && (len(file.Docs) == 0 || file.Docs[0].Body == nil) {
		return c, nil // nothing, or comments only
	} else if err == nil && len(file.Docs) > 1 {
		return Config{}, errors.New("more than one YAML document: settings are one")
	}
	given := c
	given.Sites = nil
	if err := yaml.UnmarshalWithOptions(source, &given, yaml.Strict()); err != nil {
		return Config{}, err // goccy's message shows the line
	}
	for name, s := range given.Sites {
		own, ok := c.Sites[name]
		if !ok {
			return Config{}, at(source, "$.sites."+name, "unknown newspaper %q: there are %s", name, strings.Join(siteNames(), ", "))
		}
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
		if u, err := url.Parse(p); err != nil || u.Host == "" {
			return Config{}, at(source, "$.http.proxy", "%q is no proxy address: write it like http://127.0.0.1:3128", p)
		}
	}
	return given, nil
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

// checkListen accepts HOST:PORT; an empty host is every address of the machine.
func checkListen(address string) error {
	_, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("%q is no address to listen on: write it like %s", address, defaultListen)
	}
	return nil
}

// at is an error that shows the line which path names.
func at(source []byte, path, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	p, perr := yaml.PathString(path)
	if perr != nil {
		return err
	}
	lines, perr := p.AnnotateSource(source, false)
	if perr != nil {
		return err
	}
	return &settingsError{fmt.Errorf("%w\n%s", err, lines)}
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

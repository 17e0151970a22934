package main

import (
	"cmp"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/adhocore/gronx"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"baoluu/crawler"
	"baoluu/sites"
)

// check refuses what no crawl could work with.
func (c Config) check(source []byte) error {
	if err := c.checkPaces(source, func(pace time.Duration) bool { return pace > 0 }); err != nil {
		return err
	}
	if c.Archive == "" {
		return at(source, "$.archive", "no folder named")
	}
	if err := checkContact(c.Contact); err != nil {
		return at(source, "$.contact", "%w", err)
	}
	if err := cmp.Or(c.HTTP.checkLimits(source), c.Log.check(source), c.Notify.check(source), c.Serve.check(source)); err != nil {
		return err
	}
	if p := c.HTTP.Proxy; p != "" && !isProxy(p) {
		return at(source, "$.http.proxy", "%q is no proxy address: write it like http://127.0.0.1:3128", p)
	}
	return nil
}

// checkPaces refuses the paces that a crawl would refuse, of those that which selects.
// Whether a pace of 0 is allowed depends on the proxy in a crawl's environment: commands
// that set up crawls check it, commands that read an archive do not.
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

func (c HTTPConfig) checkLimits(source []byte) error {
	if c.Timeout == 0 {
		return at(source, "$.http.timeout", "a timeout of 0 would give up every page at once")
	}
	if c.MaxBody == 0 {
		return at(source, "$.http.max_body", "a limit of 0 would take no page")
	}
	if c.MaxAsset == 0 {
		return at(source, "$.http.max_asset", "a limit of 0 would take no picture: sites have \"assets: none\" for that")
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
		return at(source, "$.notify.timeout", "a timeout of 0 would notify nobody")
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

// isProxy reports whether an address is one of a proxy that net/http can go through.
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

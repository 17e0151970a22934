package warc

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"baoluu/archive/capture"
	"baoluu/archive/warcfile"
	"baoluu/sites"
)

// A capture becomes a record in two steps: the fields that WARC has are written,
// then whatever a reader would not understand from these goes into fields of our
// own. So what a record says by itself is never said twice, and nothing is lost.

// described is what a record says of a capture.
type described struct {
	capture.Capture
	site    *sites.Site   // nil: no known newspaper's
	address sites.Address // zero where the newspaper does not understand it
	ours    bool          // the record was written by this program
}

// describe reads what a record says of a capture by the fields that WARC has. m is
// its HTTP head, nil where its block has none. site is the newspaper that the
// address is taken for; nil asks the address.
func describe(h warcfile.Header, m *message, site *sites.Site) (described, error) {
	d := described{site: site}
	d.URL = warcfile.Unbracket(h.Get(warcfile.FieldURL))
	at, zoned, err := warcfile.ParseDate(h.Get(warcfile.FieldDate))
	if err != nil {
		return d, fmt.Errorf("%s: %w", warcfile.FieldDate, err)
	}
	if d.Time = at.Truncate(time.Millisecond); !zoned {
		d.Notes = append(d.Notes, fmt.Sprintf("%s %s names no zone, taken for UTC", warcfile.FieldDate, h.Get(warcfile.FieldDate)))
	}
	switch kind := strings.ToLower(h.Get(warcfile.FieldType)); kind {
	case warcfile.TypeResponse:
		if d.Kind = capture.Response; m == nil {
			return d, errMessage
		}
		if m.status == 304 { // it can be nothing else, whatever the record is called
			d.Kind, d.Profile = capture.Revisit, capture.NotModified
		}
	case warcfile.TypeRevisit:
		d.Kind, d.Profile = capture.Revisit, profileOf(h.Get(warcfile.FieldProfile))
		d.Digest = archiveDigest(h.Get(warcfile.FieldPayload))
	case warcfile.TypeResource, warcfile.TypeConversion:
		d.Kind, d.ContentType = capture.Kind(kind), h.Get(warcfile.FieldContentType)
		m = nil
	default:
		return d, fmt.Errorf("a record of type %q is no capture", kind)
	}
	if m != nil {
		d.Proto, d.Reason = m.proto, m.reason
		d.Status, d.Header, d.ContentType = m.status, received(m.fields), m.get("Content-Type")
	}
	d.place()
	return d, nil
}

// place finds the newspaper and the page of the address, and judges the capture by
// its status.
func (d *described) place() {
	if u, err := url.Parse(d.URL); err == nil && d.site == nil {
		d.site, _ = sites.ByURL(u)
	}
	d.State, d.Location = capture.Live, ""
	if d.site == nil {
		return
	}
	if a, err := d.site.Address(d.URL); err == nil {
		d.address, d.Page = a, a.Page
	}
	location := warcfile.Header(d.Header).Get("Location")
	if d.Status >= 300 && d.Status < 400 && d.Status != 304 && location != "" {
		if base, err := url.Parse(d.URL); err == nil {
			if to, err := base.Parse(location); err == nil {
				if a, err := d.site.Address(to.String()); err == nil {
					d.Location = a.URL
				}
			}
		}
	}
	d.State = d.judge()
}

func (d *described) judge() capture.State {
	switch s := d.Status; {
	case s == 0, s == 200, s == 203, s == 304:
		return capture.Live
	case s >= 300 && s < 400 && d.Location != "":
		if to, err := url.Parse(d.Location); err == nil && d.address.Kind == sites.Article && d.site.Owns(to.Hostname()) && (to.Path == "" || to.Path == "/") {
			return capture.Gone // a newsroom takes an article down by sending its readers home
		}
		return capture.Moved
	case s == 404, s == 410:
		return capture.Gone
	case s == 401, s == 403, s == 451:
		return capture.Blocked
	}
	return capture.Broken
}

func profileOf(profile string) string {
	if strings.HasSuffix(strings.TrimRight(profile, "/"), capture.NotModified) {
		return capture.NotModified
	}
	return capture.SamePayload
}

// renamed are the header fields that would not be true of the payload as it is
// written, with its codings decoded. They are written with this prefix, as
// Webrecorder does it, and read without.
const renamePrefix = "X-Archive-Orig-"

func isRenamed(name string) bool {
	return strings.EqualFold(name, "Content-Encoding") || strings.EqualFold(name, "Transfer-Encoding") || strings.EqualFold(name, "Content-Length")
}

// received are the fields as the newspaper sent them. What a web archive answered
// keeps its own: there the prefix is not of this renaming.
func received(fields []capture.Field) []capture.Field {
	if warcfile.Header(fields).Get("Memento-Datetime") != "" {
		return fields
	}
	list := slices.Clone(fields)
	for i, f := range list {
		if name, ok := cutPrefixFold(f.Name, renamePrefix); ok && isRenamed(name) {
			list[i].Name = name
		}
	}
	return list
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// ownFields reads what this program wrote beside into d.
func (d *described) ownFields(h warcfile.Header) error {
	name := h.Get(ownSite)
	if name == "" {
		return nil
	}
	site, ok := sites.ByName(name)
	if !ok {
		return fmt.Errorf("%s: unknown newspaper %.40q", ownSite, name)
	}
	d.ours, d.site = true, site
	d.place()
	var err error
	for _, f := range h {
		value := unquote(f.Value)
		switch f.Name {
		case ownPage:
			d.Page = value
		case ownURL:
			d.URL = value
		case ownKind:
			d.Kind = capture.Kind(value)
		case ownState:
			d.State = capture.State(value)
		case ownStatus:
			d.Status, err = strconv.Atoi(value)
		case ownProto:
			d.Proto = value
		case ownReason:
			d.Reason = value
		case ownHeader:
			d.Header, err = unpackFields(value)
		case ownContentType:
			d.ContentType = value
		case ownLocation:
			d.Location = value
		case ownSize:
			d.Size, err = strconv.ParseInt(value, 10, 64)
		case ownProfile:
			d.Profile = value
		case ownFile:
			d.File = value
		case ownNote:
			d.Notes = append(d.Notes, value)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	switch d.Kind {
	case capture.Response, capture.Revisit, capture.Resource, capture.Conversion:
	default:
		return fmt.Errorf("%s: %.40q", ownKind, d.Kind)
	}
	switch d.State {
	case capture.Live, capture.Gone, capture.Moved, capture.Blocked, capture.Broken:
	default:
		return fmt.Errorf("%s: %.40q", ownState, d.State)
	}
	return nil
}

// recordOf makes a capture's record but for block and lengths: its fields, and the
// HTTP head that its block begins with. original is what a revisit repeats, nil
// where that is not known.
func recordOf(site *sites.Site, c capture.Capture, original *capture.Capture) (warcfile.Header, []byte) {
	var h warcfile.Header
	kind := string(c.Kind)
	media := c.ContentType
	var head []byte
	if c.Status >= 100 && c.Status <= 999 && (c.Kind == capture.Response || c.Kind == capture.Revisit) {
		head, media = httpHead(c), warcfile.MediaResponse
	} else if c.Kind == capture.Response {
		kind = warcfile.TypeResource // without a status there is no HTTP response to show
	}
	if c.Kind == capture.Revisit && head == nil {
		media = ""
	}
	h.Add(warcfile.FieldType, kind)
	h.Add(warcfile.FieldID, recordID(site, c))
	h.Add(warcfile.FieldURL, writableURL(c.URL))
	h.Add(warcfile.FieldDate, warcfile.FormatDate(c.Time))
	if c.Request != "" {
		h.Add(warcfile.FieldConcurrent, requestID(site, c))
	}
	if c.Kind == capture.Revisit {
		h.Add(warcfile.FieldProfile, profileURL(c.Profile))
		if original != nil {
			h.Add(warcfile.FieldRefersTo, recordID(site, *original))
			h.Add(warcfile.FieldRefersURL, writableURL(original.URL))
			h.Add(warcfile.FieldRefersDate, warcfile.FormatDate(original.Time))
			if a, err := site.Address(writableURL(original.URL)); err != nil || a.Page != original.Page {
				h.Add(ownRefersPage, quote(original.Page))
			}
		}
	}
	if c.Digest != "" {
		h.Add(warcfile.FieldPayload, c.Digest)
	}
	if media != "" && writable(media) {
		h.Add(warcfile.FieldContentType, media)
	}
	return append(h, ownFieldsOf(h, head, site, c)...), head
}

// ownFieldsOf are the fields for what h and head do not say of c.
func ownFieldsOf(h warcfile.Header, head []byte, site *sites.Site, c capture.Capture) warcfile.Header {
	var m *message
	if head != nil {
		if parsed, _, err := parseMessage(head); err == nil {
			m = &parsed
		}
	}
	said, err := describe(h, m, site)
	if err != nil {
		said = described{Capture: capture.Capture{URL: c.URL, Time: c.Time}} // a head that nobody can read: say it all
	}
	own := warcfile.Header{{Name: ownSite, Value: site.Name}}
	text := func(name, has, want string) {
		if has != want {
			own.Add(name, quote(want))
		}
	}
	text(ownPage, said.Page, c.Page)
	text(ownURL, said.URL, c.URL)
	text(ownKind, string(said.Kind), string(c.Kind))
	text(ownState, string(said.State), string(c.State))
	text(ownStatus, strconv.Itoa(said.Status), strconv.Itoa(c.Status))
	text(ownProto, said.Proto, c.Proto)
	text(ownReason, said.Reason, c.Reason)
	text(ownContentType, said.ContentType, c.ContentType)
	text(ownLocation, said.Location, c.Location)
	text(ownProfile, said.Profile, c.Profile)
	text(ownFile, "", c.File)
	if c.Kind == capture.Revisit && c.RevisitOf == 0 {
		text(ownSize, "0", strconv.FormatInt(c.Size, 10))
	}
	for _, n := range c.Notes {
		own.Add(ownNote, quote(n))
	}
	if !slices.Equal(said.Header, c.Header) {
		own.Add(ownHeader, packFields(c.Header))
	}
	return own
}

func profileURL(profile string) string {
	if profile == capture.NotModified {
		return warcfile.ProfileNotModified
	}
	return warcfile.ProfileSamePayload
}

var protocol = regexp.MustCompile(`^HTTP/\d(?:\.\d)?$`)

// httpHead writes a capture's response head.
func httpHead(c capture.Capture) []byte {
	proto, reason := "HTTP/1.1", ""
	if protocol.MatchString(c.Proto) {
		proto = c.Proto
	}
	if warcfile.WritableLine(c.Reason) {
		reason = c.Reason
	}
	b := fmt.Appendf(nil, "%s %d %s\r\n", proto, c.Status, reason)
	for _, f := range c.Header {
		if !writableName(f.Name) || !warcfile.WritableLine(f.Value) {
			continue // a field of our own says it
		}
		if isRenamed(f.Name) && !(strings.EqualFold(f.Name, "Content-Length") && f.Value == strconv.FormatInt(c.Size, 10)) {
			b = append(b, renamePrefix...)
		}
		b = append(append(append(append(b, f.Name...), ": "...), f.Value...), "\r\n"...)
	}
	return append(b, "\r\n"...)
}

func writableName(s string) bool {
	return s != "" && !strings.ContainsAny(s, ":\r\n") && strings.Trim(s, " \t") == s
}

// recordID is a capture's record id: made of what tells it from all others, so
// that it is the same in every export.
func recordID(site *sites.Site, c capture.Capture) string { return idOf("baoluu", site, c) }

// requestID is the record id of its request.
func requestID(site *sites.Site, c capture.Capture) string { return idOf("baoluu request", site, c) }

func idOf(what string, site *sites.Site, c capture.Capture) string {
	h := sha256.New()
	for _, part := range []string{what, site.Name, c.URL, warcfile.FormatDate(c.Time), string(c.Kind), c.Digest} {
		fmt.Fprintf(h, "%d %s\n", len(part), part)
	}
	return urn(h.Sum(nil))
}

// urn writes a hash as a UUID of version 8, the one for whoever makes his own
// (RFC 9562, 5.8).
func urn(sum []byte) string {
	b := slices.Clone(sum[:16])
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return fmt.Sprintf("<urn:uuid:%x-%x-%x-%x-%x>", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// writableURL escapes what would break a line.
func writableURL(raw string) string {
	if !strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return raw
	}
	var b strings.Builder
	for i := range len(raw) {
		if c := raw[i]; c <= ' ' || c == 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// writable reports whether s can stand in a field as it is.
func writable(s string) bool {
	return utf8.ValidString(s) && strings.TrimSpace(s) == s && !strings.HasPrefix(s, `"`) && !strings.ContainsFunc(s, unicode.IsControl)
}

// quote makes any text fit for a field: as it is, or as a JSON string.
func quote(s string) string {
	if writable(s) {
		return s
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

func unquote(s string) string {
	var text string
	if strings.HasPrefix(s, `"`) && json.Unmarshal([]byte(s), &text) == nil {
		return text
	}
	return s
}

// packFields writes header fields of whatever bytes: for each the lengths of name
// and value in decimal, a blank between and a newline behind, then the two; all of
// it in base64.
func packFields(fields []capture.Field) string {
	var b []byte
	for _, f := range fields {
		b = fmt.Appendf(b, "%d %d\n%s%s", len(f.Name), len(f.Value), f.Name, f.Value)
	}
	return base64.StdEncoding.EncodeToString(b)
}

var errFields = errors.New("unreadable header fields")

func unpackFields(s string) ([]capture.Field, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, errFields
	}
	var fields []capture.Field
	for len(b) > 0 {
		line, rest, ok := bytes.Cut(b, []byte("\n"))
		a, z, _ := strings.Cut(string(line), " ")
		name, err := strconv.ParseUint(a, 10, 31)
		value, err2 := strconv.ParseUint(z, 10, 31)
		if !ok || err != nil || err2 != nil || name+value > uint64(len(rest)) || len(fields) >= warcfile.MaxFields {
			return nil, errFields
		}
		fields = append(fields, capture.Field{Name: string(rest[:name]), Value: string(rest[name : name+value])})
		b = rest[name+value:]
	}
	return fields, nil
}

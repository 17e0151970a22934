package warc

import (
	"bytes"
	"context"
	"fmt"
	"hash/maphash"
	"io"
	"regexp"
	"strings"

	"baoluu/archive/warcfile"
)

// answers knows which responses answer no GET: what a form or a script received is
// not the page at that address. A request and its response are joined by
// WARC-Concurrent-To of either; where neither has one, by address and date, for
// records of one capture have the same (WARC 1.1, 5.4).
//
// They may lie any number of records apart, in any order, and what was committed is
// not taken back. So a file that can be read twice is read once for its requests
// alone. In a stream a response is known by the requests before it, and by those
// that come before it is committed.
type answers struct {
	seed    maphash.Seed
	methods map[uint64]string // by what joins a request to its response; none of a GET
	alone   map[uint64]alone  // requests that name no response and are named by none, by id
	most    int               // that is remembered
	missed  int               // what there was no room for
	known   bool              // the requests of the whole file
}

// alone is a request that its address and date may join to a response.
type alone struct {
	at     uint64
	method string
}

// maxAnswers bounds what is remembered of requests: some 20 MB.
const maxAnswers = 1 << 18

const tooManyRequests = "too many requests that are no GET: the answers to some %d of them came in as if they were pages"

func newAnswers() answers {
	return answers{
		seed: maphash.MakeSeed(), methods: map[uint64]string{}, alone: map[uint64]alone{}, most: maxAnswers,
	}
}

// read reads a file for its requests, and shows each record to meet. What is wrong with the file is
// reported when it is read for its captures.
func (a *answers) read(ctx context.Context, r io.Reader, m *warcfile.Meter, wanted func(*warcfile.Record) bool, meet func(context.Context, *warcfile.Record)) {
	reader, err := warcfile.NewMeteredReader(r, m, nil)
	if err != nil {
		return
	}
	defer reader.Close()
	for ctx.Err() == nil {
		rec, err := reader.Next()
		if err != nil {
			break
		}
		meet(ctx, rec)
		switch {
		case rec.Type() == warcfile.TypeRequest && wanted(rec):
			a.learn(rec, methodOf(rec.Block))
		case len(a.alone) > 0:
			for _, id := range rec.Header.All(warcfile.FieldConcurrent) {
				delete(a.alone, a.named(warcfile.Unbracket(id)))
			}
		}
	}
	a.settle()
	a.known = true
}

// settle lets the requests that nothing joins to a response be joined by address and
// date.
func (a *answers) settle() {
	for own, r := range a.alone {
		delete(a.alone, own)
		a.remember(r.at, r.method)
	}
}

func (a *answers) remember(key uint64, method string) {
	if a.methods[key] != "" || a.room() {
		a.methods[key] = method
	}
}

// room reports whether there is room for one more, and counts where there is none.
func (a *answers) room() bool {
	if len(a.methods)+len(a.alone) < a.most {
		return true
	}
	a.missed++
	return false
}

// learn takes a request, and tells whether it is known to be no GET.
func (a *answers) learn(rec *warcfile.Record, method string) bool {
	if method == "" || method == "GET" {
		return false
	}
	id, responses := warcfile.Unbracket(rec.Header.Get(warcfile.FieldID)), rec.Header.All(warcfile.FieldConcurrent)
	for _, id := range append(responses, id) {
		if id = warcfile.Unbracket(id); id != "" {
			a.remember(a.named(id), method)
		}
	}
	if len(responses) == 0 && a.room() {
		at := a.at(rec)
		own := at
		if id != "" {
			own = a.named(id)
		}
		a.alone[own] = alone{at, method}
	}
	return true
}

// not tells why a response is no page: it answers a request that is no GET. nil
// where it may be one.
func (a *answers) not(rec *warcfile.Record) error {
	if len(a.methods) == 0 {
		return nil
	}
	requests := rec.Header.All(warcfile.FieldConcurrent)
	for _, id := range append(requests, rec.Header.Get(warcfile.FieldID)) {
		if method := a.methods[a.named(warcfile.Unbracket(id))]; method != "" && id != "" {
			return fmt.Errorf("it answers a request by %s", method)
		}
	}
	if len(requests) == 0 {
		if method := a.methods[a.at(rec)]; method != "" {
			return fmt.Errorf("it has address and date of a request by %s, and neither names the other", method)
		}
	}
	return nil
}

func (a *answers) named(id string) uint64 { return a.hash("id", foldID(id)) }

// foldID is a record's id as it is compared.
func foldID(id string) string { return strings.ToLower(id) }

func (a *answers) at(rec *warcfile.Record) uint64 {
	date := rec.Header.Get(warcfile.FieldDate)
	if at, err := rec.Date(); err == nil {
		date = warcfile.FormatDate(at)
	}
	return a.hash(date, rec.URL())
}

func (a *answers) hash(what, value string) uint64 {
	var h maphash.Hash
	h.SetSeed(a.seed)
	h.WriteString(what)  //nolint:errcheck // never fails
	h.WriteByte(' ')     //nolint:errcheck // never fails
	h.WriteString(value) //nolint:errcheck // never fails
	return h.Sum64()
}

// requestLine is the first line of a request, as far as it tells that it is one: a
// header line has a colon, a response's begins with HTTP/.
var requestLine = regexp.MustCompile(`^([A-Za-z][A-Za-z-]{0,19})[ \t]+(?:[/*]|https?://|\S+[ \t]+HTTP/)`)

// methodOf is the method of a request, "" where the block does not begin with a
// request's first line: then it says nothing of its response.
func methodOf(block io.Reader) string {
	var head [512]byte
	n, _ := io.ReadFull(block, head[:]) // less is as good
	line, _, _ := bytes.Cut(bytes.TrimLeft(head[:n], "\r\n"), []byte("\n"))
	m := requestLine.FindSubmatch(line)
	if m == nil {
		return ""
	}
	return strings.ToUpper(string(m[1]))
}

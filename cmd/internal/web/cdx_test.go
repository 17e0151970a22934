package web

import (
	stdcmp "cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/sites"
)

// cdxServer has the captures of [mementoArchive], a list with a query and one of another host.
func cdxServer(t testing.TB) *Server {
	t.Helper()
	arch := mementoArchive(t)
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, sites.Zone)
	list := answerOf(t, "https://dantri.com.vn/xa-hoi.htm?Page=2&a=1", http.StatusOK, at)
	list.State, list.ContentType, list.Body = capture.Live, "Text/HTML; charset=utf-8", []byte("<title>Xã hội</title>")
	mobile := answerOf(t, "https://m.dantri.com.vn/xa-hoi.htm", http.StatusOK, at.Add(time.Second))
	mobile.State, mobile.ContentType, mobile.Body = capture.Live, "text/html", []byte("<title>Xã hội trên điện thoại</title>")
	if _, err := arch.Commit(t.Context(), "dantri", capture.Batch{Kept: []capture.Kept{list, mobile}}); err != nil {
		t.Fatal(err)
	}
	return newTestServer(t, arch)
}

func askCDX(s *Server, query ...string) (int, string) {
	values := url.Values{}
	for _, one := range query {
		name, value, _ := strings.Cut(one, "=")
		values.Add(name, value)
	}
	w := ask(s, "/cdx?"+values.Encode())
	return w.Code, w.Body.String()
}

// TestCDX holds the parameters against what pywb documents of them.
func TestCDX(t *testing.T) {
	s := cdxServer(t)
	const times = "output=text"
	for _, tt := range []struct {
		query string // parameters, parted by blanks; "@" is the article's address
		want  string // the lines' times, as day and what is behind the month's day
	}{
		// url, exact: the scheme does not count, the host does
		{"url=@", "10 11 12 13 14 15 16 18"},
		{"url=http://@", "10 11 12 13 14 15 16 18"},
		{"url=https://www.@", "10 11 12 13 14 15 16 18"},
		{"url=http://m.@", "11"},
		{"url=@ matchType=exact", "10 11 12 13 14 15 16 18"},
		{"url=" + pictureURL, "10 17"},
		{"url=dantri.com.vn/nichts", ""},
		{"url=evil.example", ""},
		// from, to: filled up to the first and the last moment, both included
		{"url=@ from=20261112 to=20261114", "12 13 14"},
		{"url=@ from=2026111201 to=20261112010000", "12"},
		{"url=@ from=20261112010001", "13 14 15 16 18"},
		{"url=@ to=2026", "10 11 12 13 14 15 16 18"},
		{"url=@ from=2027", ""},
		{"url=@ from_ts=202611 to=20261110", "10"},
		// limit, sort
		{"url=@ limit=2", "10 11"},
		{"url=@ sort=reverse limit=2", "18 16"},
		{"url=@ reverse=true limit=1", "18"},
		{"url=@ closest=20261112010001", "12 13 11 14 10 15 16 18"},
		{"url=@ closest=20261112010000 sort=closest limit=3", "12 11 13"}, // as near: the earlier first
		{"url=@ closest=1999 limit=1", "10"},
		{"url=@ closest=2030 limit=1", "18"},
		// filter
		{"url=@ filter==status:200", "10 11 18"},
		{"url=@ filter=!=status:200", "12 13 14 15 16"},
		{"url=@ filter=status:1", "16"},
		{"url=@ filter=!status:1", "10 11 12 13 14 15 18"},
		{"url=@ filter=~status:[45]..", "13 14 16"},
		{"url=@ filter=~status:0", ""}, // from the beginning
		{"url=@ filter=!~status:[45]", "10 11 12 15 18"},
		{"url=@ filter==mime:warc/revisit", "12"},
		{"url=@ filter=statuscode:200 filter=!timestamp:20261111", "10 18"},
		{"url=@ filter==nothing:", "10 11 12 13 14 15 16 18"},
		{"url=@ filter=cau-go filter=!403", "10 11 12 14 15 16 18"}, // of no field: anywhere in the line
		{"url=@ resolveRevisits=true filter==mime:text/html", "10 11 12 18"},
		// matchType, and its stars
		{"url=dantri.com.vn/xa-hoi/ matchType=prefix", "10 11 12 13 14 15 16 18"},
		{"url=dantri.com.vn/xa-hoi/*", "10 11 12 13 14 15 16 18"},
		{"url=dantri.com.vn/xa-hoi.htm*", "20"},
		{"url=dantri.com.vn/xa-hoi.htm?*", "20"},
		{"url=dantri.com.vn/XA-HOI.htm?a=1&page=2", "20"},
		{"url=dantri.com.vn/xa-hoi*", "20 10 11 12 13 14 15 16 18"},
		{"url=icdn.dantri.com.vn/2026/* filter=mime:image", "10 17"},
		{"url=https://m.dantri.com.vn/x matchType=host", "20 11"},
		{"url=dantri.com.vn matchType=host limit=1", "20"},
		{"url=*.dantri.com.vn filter=!=status:200", "12 13 14 15 16"},
		{"url=dantri.com.vn matchType=domain limit=100", "20 10 11 12 13 14 15 16 18 10 17 20 11"},
		{"url=*.dantri.com.vn sort=reverse limit=3", "11 20 17"},
		{"url=vn matchType=domain limit=1", "20"},
		{"url=antri.com.vn matchType=domain", ""},
		// collapseTime
		{"url=@ collapseTime=6", "10 12 13 14 15 16 18"},
		// what is not known is passed over
		{"url=@ limit=1 allowFuzzy=0 x=y", "10"},
	} {
		query := strings.ReplaceAll(tt.query, "https://www.@", "https://www."+strings.TrimPrefix(edited.url, "https://"))
		query = strings.ReplaceAll(query, "http://m.@", "http://m."+strings.TrimPrefix(edited.url, "https://"))
		query = strings.ReplaceAll(query, "http://@", "http://"+strings.TrimPrefix(edited.url, "https://"))
		query = strings.ReplaceAll(query, "@", strings.TrimPrefix(edited.url, "https://"))
		code, body := askCDX(s, append(strings.Fields(query), times, "fl=timestamp")...)
		var got []string
		for line := range strings.Lines(body) {
			got = append(got, line[6:8])
		}
		if code != http.StatusOK || strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %d %q, want %q", tt.query, code, strings.Join(got, " "), tt.want)
		}
	}
	for _, bad := range []string{
		"", "url=", "url=@ matchType=blah", "url=@ from=x", "url=@ to=202611200800001", "url=@ closest=2", "url=@ closest=20261301", "url=@ sort=closest", "url=@ sort=x", "url=@ limit=0", "url=@ limit=-1", "url=@ limit=x",
		"url=@ page=-1", "url=@ page=1", "url=@ pageSize=0", "url=@ pageSize=51", "url=@ collapseTime=15", "url=@ output=xml", "url=@ filter=~status:(", "url=@ filter=~url:(?=x)", "url=@ showPagedIndex=true",
		"url=@ filter=~url:(?:" + strings.Repeat(".?", 300) + "){1000}x", "url=@ filter=~url:" + strings.Repeat("(.?){999}", 2), "url=urn:x matchType=prefix",
		"url=@" + strings.Repeat(" filter=a", 17),
	} {
		code, body := askCDX(s, strings.Fields(bad)...)
		var problem apiProblem
		if err := json.Unmarshal([]byte(body), &problem); code != http.StatusBadRequest || err != nil || problem.Detail == "" {
			t.Errorf("%s: %d %s", bad, code, body)
		}
	}
}

// What an answer takes is bounded, whatever addresses there are and whatever fields are asked for.
func TestCDXBounds(t *testing.T) {
	s := cdxServer(t)
	long := capture.Capture{URL: "https://dantri.com.vn/" + strings.Repeat("a", 4000), Time: now, Kind: capture.Response, State: capture.Live, Status: 200}
	read := 0
	source := cdxSource{blocks: 1 << 20, read: func(_ context.Context, _ int, fn func(*archive.View, capture.Capture) error) error {
		read++
		return fn(nil, long)
	}}
	q, err := parseCDX(url.Values{"url": {"dantri.com.vn/*"}})
	if err != nil {
		t.Fatal(err)
	}
	q.pageSize = source.blocks
	var f *failure
	if _, err := s.cdxLines(t.Context(), q, source); !errors.As(err, &f) || f.word != "cdx.large" || read > mostCDXBytes/8000 {
		t.Errorf("%v, %d captures were read", err, read)
	}
	once, twice := ask(s, "/cdx?url="+pictureURL+"&fl=url"), ask(s, "/cdx?url="+pictureURL+"&fl=url"+strings.Repeat(",url", 400))
	if once.Code != http.StatusOK || once.Body.String() != twice.Body.String() {
		t.Errorf("a field many times: %d bytes", twice.Body.Len())
	}
	if code, body := askCDX(s, "url="+pictureURL, "filter=~url:.*\\p{L}+[^a-z]{3}[a-z]{2,30}"); code != http.StatusOK || body == "" {
		t.Errorf("%d %s", code, body)
	}
}

// The forms of an answer.
func TestCDXOutput(t *testing.T) {
	s := cdxServer(t)
	var b strings.Builder
	for _, query := range []string{
		"url=" + edited.url, "url=" + edited.url + " output=json limit=3", "url=" + edited.url + " output=text", "url=" + edited.url + " output=link",
		"url=" + pictureURL + " fl=url,mime", "url=" + pictureURL + " output=json fl=urlkey,timestamp,original,statuscode,none", "url=" + pictureURL + " output=text fl=urlkey,timestamp,original,mimetype,statuscode,digest,length,none",
		"url=dantri.com.vn/* output=json fl=timestamp,url,mime limit=1", "url=*.dantri.com.vn showNumPages=true", "url=" + edited.url + " showNumPages=true pageSize=1", "url=evil.example showNumPages=true",
	} {
		code, body := askCDX(s, strings.Fields(query)...)
		if code != http.StatusOK {
			t.Errorf("%s: %d", query, code)
		}
		b.WriteString("# " + query + "\n" + body)
	}
	golden(t, "golden/cdx.txt", b.String())
}

// All pages of an answer together are the answer, and each says which is next.
func TestCDXPages(t *testing.T) {
	arch := answers(t)
	const captures = 2*cdxBlock + 10
	var b capture.Batch
	var want []string
	for i := range captures {
		at := now.Add(time.Duration(i-captures) * time.Minute)
		b.Kept = append(b.Kept, answerOf(t, "https://dantri.com.vn/", http.StatusNotFound, at))
		want = append(want, at.UTC().Format(digits))
	}
	if _, err := arch.Commit(t.Context(), "dantri", b); err != nil {
		t.Fatal(err)
	}
	s := newTestServer(t, arch)
	for _, query := range []string{"url=dantri.com.vn", "url=dantri.com.vn/*"} {
		_, count := askCDX(s, query, "pageSize=1", "showNumPages=true")
		if want := `{"blocks":3,"pageSize":1,"pages":3}` + "\n"; count != want {
			t.Errorf("%s: %s", query, count)
		}
		var got []string
		next := "/cdx?" + query + "&pageSize=1&output=text&fl=timestamp"
		for next != "" {
			w := ask(s, next)
			got = append(got, strings.Fields(w.Body.String())...)
			next, _, _ = strings.Cut(strings.TrimPrefix(w.Header().Get("Link"), "<http://localhost"), ">")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
		if code, _ := askCDX(s, query, "pageSize=1", "page=3"); code != http.StatusBadRequest {
			t.Errorf("%s: a page behind the last: %d", query, code)
		}
	}
}

// With a limit and no page, what comes is the first of all parts together, in the order that is asked for;
// no more is read of one address than that takes.
func TestCDXWhole(t *testing.T) {
	arch := answers(t)
	var b capture.Batch
	for i := range 2*cdxBlock + 500 {
		address := fmt.Sprintf("https://dantri.com.vn/muc-%d/", i*7%11)
		b.Kept = append(b.Kept, answerOf(t, address, http.StatusNotFound+6*(i%2), now.Add(-time.Duration(i*7919%100_000)*time.Second)))
	}
	if _, err := arch.Commit(t.Context(), "dantri", b); err != nil {
		t.Fatal(err)
	}
	s := newTestServer(t, arch)
	lines := func(query ...string) []string {
		t.Helper()
		code, body := askCDX(s, append(query, "output=text", "fl=urlkey,timestamp,status")...)
		if code != http.StatusOK {
			t.Fatal(query, code, body)
		}
		return strings.Split(strings.TrimSuffix(body, "\n"), "\n")
	}
	second := func(line string) time.Time {
		at, err := time.Parse(digits, strings.Fields(line)[1])
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	const closest = "20261122120000"
	asked, _ := time.Parse(digits, closest)
	for _, of := range []string{"url=dantri.com.vn/*", "url=*.dantri.com.vn", "url=dantri.com.vn/muc-3/"} {
		all := lines(of, "page=0") // all three blocks
		for query, order := range map[string]func(a, b string) int{
			"":                   strings.Compare,
			"sort=reverse":       func(a, b string) int { return strings.Compare(b, a) },
			"closest=" + closest: func(a, b string) int { return cmpDistance(second(a).Sub(asked), second(b).Sub(asked), a, b) },
		} {
			for filter, limit := range map[string]int{"": 200, "filter==status:410": 3} {
				want := slices.DeleteFunc(slices.Clone(all), func(line string) bool { return filter != "" && !strings.HasSuffix(line, "410") })
				slices.SortFunc(want, order)
				got := lines(of, query, filter, "pageSize=1", fmt.Sprint("limit=", limit))
				if diff := cmp.Diff(want[:min(limit, len(want))], got); diff != "" {
					t.Errorf("%s %s %s limit=%d:\n%s", of, query, filter, limit, diff)
				}
			}
		}
	}
	if w := ask(s, "/cdx?url=dantri.com.vn/*&limit=3&pageSize=1"); w.Header().Get("Link") != "" {
		t.Errorf("more behind the whole: %s", w.Header().Get("Link"))
	}
	read := 0
	source := cdxSource{blocks: 1000, ordered: true, read: func(_ context.Context, _ int, fn func(*archive.View, capture.Capture) error) error {
		read++
		return fn(nil, b.Kept[0].Capture)
	}}
	q, err := parseCDX(url.Values{"url": {b.Kept[0].URL}, "limit": {"2"}})
	if err != nil {
		t.Fatal(err)
	}
	if list, err := s.cdxLines(t.Context(), q, source); err != nil || len(list) != 2 || read != 2 {
		t.Errorf("%d lines, %d read, %v", len(list), read, err)
	}
	late, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	r := httptest.NewRequestWithContext(late, http.MethodGet, "/cdx?url=dantri.com.vn/*&limit=2", nil)
	var f *failure
	if err := s.cdx(httptest.NewRecorder(), r); !errors.As(err, &f) || f.word != "cdx.slow" {
		t.Errorf("what takes too long: %v", err)
	}
}

func cmpDistance(a, b time.Duration, or, than string) int {
	return stdcmp.Or(stdcmp.Compare(a.Abs(), b.Abs()), strings.Compare(or, than))
}

// FuzzCDX: whatever is asked, the answer comes, of lines in the range that was asked for.
func FuzzCDX(f *testing.F) {
	s := newLastingServer(f)
	for _, query := range []string{"url=dantri.com.vn/*", "url=*.vn&filter=~url:.*&output=json", "url=a&from=2&to=3&closest=2026", "url=%ff&matchType=domain", "url=dantri.com.vn&matchType=host&fl=a,url,,&output=text&collapseTime=3", "url=[::1]&matchType=host"} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil || len(query) > maxQuery {
			return
		}
		w := ask(s, "/cdx?"+values.Encode())
		if w.Code != http.StatusOK && w.Code != http.StatusBadRequest && w.Code != http.StatusRequestURITooLong {
			t.Errorf("%q: %d", query, w.Code)
		}
		q, err := parseCDX(values)
		if w.Code != http.StatusOK || err != nil || q.output != "cdxj" || q.count {
			return
		}
		for line := range strings.Lines(w.Body.String()) {
			parts := strings.SplitN(line, " ", 3)
			var fields map[string]string
			if len(parts) != 3 || !q.within(parts[0], parts[1]) || json.Unmarshal([]byte(parts[2]), &fields) != nil {
				t.Errorf("%q: %q", query, line)
			}
		}
	})
}

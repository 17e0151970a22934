package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/sites"
)

const pictureURL = "https://icdn.dantri.com.vn/2026/11/cau-go.jpg?w=800"

// pictureOf is a capture of a picture that looks like that.
func pictureOf(at time.Time, look string) capture.Kept {
	return capture.Kept{
		Capture: capture.Capture{Page: sites.AssetPage(pictureURL), URL: pictureURL, Time: at, Kind: capture.Response, State: capture.Live, Status: 200, ContentType: "image/jpeg"},
		Body:    []byte("\xff\xd8\xff\xe0" + look),
	}
}

// mementoArchive has a page with captures of every kind, and a picture: at 8 o'clock of the days
// of November that are told.
func mementoArchive(t testing.TB) *archive.Archive {
	t.Helper()
	at := func(day int) time.Time { return time.Date(2026, 11, day, 8, 0, 0, 0, sites.Zone) }
	answer := func(day, status int, state capture.State) capture.Kept {
		k := answerOf(t, edited.url, status, at(day))
		k.State = state
		return k
	}
	second, third := edited, edited
	second.title, third.title = "Làng chài có cầu mới", "Làng chài có cầu mới sau lũ"
	second.url = strings.Replace(edited.url, "https://", "http://m.", 1)
	unchanged := answer(12, 304, capture.Live)
	unchanged.Kind, unchanged.Profile = capture.Revisit, capture.NotModified
	return answers(t, edited.kept(t, at(10)), second.kept(t, at(11).Add(250*time.Millisecond)), third.kept(t, at(11).Add(750*time.Millisecond)), unchanged,
		answer(13, 403, capture.Blocked), answer(14, 500, capture.Broken), answer(15, 302, capture.Moved), answer(16, 410, capture.Gone), edited.kept(t, at(18)),
		pictureOf(at(10), "một"), pictureOf(at(17), "hai"))
}

// TestTimeGate asks at moments, as a Memento client does.
func TestTimeGate(t *testing.T) {
	s := newTestServer(t, mementoArchive(t))
	gate := "/timegate/" + edited.url
	for _, tt := range []struct {
		target, at string // at is by the hours of Vietnam, "" is not said
		want       string // of the memento's path
	}{
		{gate, "2026-11-10 08:00:00", "20261110010000if_/" + edited.url},
		{gate, "2026-11-10 07:59:59", "20261110010000if_/" + edited.url}, // before the first
		{gate, "1999-01-01 00:00:00", "20261110010000if_/" + edited.url},
		{gate, "2026-11-11 07:59:59", "20261110010000if_/" + edited.url},
		{gate, "2026-11-11 08:00:00", "20261111010000if_/" + edited.url}, // of two in this second the later
		{gate, "2026-11-12 08:00:00", "20261112010000if_/" + edited.url}, // unchanged
		{gate, "2026-11-13 08:00:00", "20261112010000if_/" + edited.url}, // refused
		{gate, "2026-11-15 20:00:00", "20261112010000if_/" + edited.url}, // broken, led elsewhere
		{gate, "2026-11-16 08:00:01", "20261116010000if_/" + edited.url}, // gone
		{gate, "2030-01-01 00:00:00", "20261118010000if_/" + edited.url},
		{gate, "", "20261118010000if_/" + edited.url},
		{strings.Replace(gate, "https://", "http://", 1), "2026-11-10 09:00:00", "20261110010000if_/" + strings.Replace(edited.url, "https", "http", 1)},
		{strings.Replace(gate, "https://", "https://m.", 1), "2026-11-10 09:00:00", "20261110010000if_/" + strings.Replace(edited.url, "https://", "https://m.", 1)},
		{strings.Replace(gate, "https://", "", 1), "2026-11-10 09:00:00", "20261110010000if_/" + edited.url},
		{"/timegate/" + pictureURL, "2026-11-16 00:00:00", "20261110010000if_/" + pictureURL},
		{"/timegate/" + strings.Replace(pictureURL, "https", "http", 1), "2026-11-17 08:00:00", "20261117010000if_/" + strings.Replace(pictureURL, "https", "http", 1)},
	} {
		var header []string
		if tt.at != "" {
			at, err := time.ParseInLocation(time.DateTime, tt.at, sites.Zone)
			if err != nil {
				t.Fatal(err)
			}
			header = []string{"Accept-Datetime", at.UTC().Format(http.TimeFormat)}
		}
		w := ask(s, tt.target, header...)
		h := w.Header()
		if got := h.Get("Location"); w.Code != http.StatusFound || got != "http://localhost/at/"+tt.want {
			t.Errorf("%s at %s: %d, %s, want %s", tt.target, tt.at, w.Code, got, tt.want)
		}
		if !slices.Contains(h.Values("Vary"), "Accept-Datetime") || h.Get("Memento-Datetime") != "" || w.Body.Len() > 0 {
			t.Errorf("%s: %v", tt.target, h)
		}
	}
	got := ask(s, gate, "Accept-Datetime", "Thu, 12 Nov 2026 01:00:00 GMT").Header().Get("Link")
	here := "http://localhost"
	want := strings.Join([]string{
		`<` + edited.url + `>; rel="original"`,
		`<` + here + `/timegate/` + edited.url + `>; rel="timegate"`,
		`<` + here + `/timemap/link/` + edited.url + `>; rel="timemap"; type="application/link-format"; from="Tue, 10 Nov 2026 01:00:00 GMT"; until="Wed, 18 Nov 2026 01:00:00 GMT"`,
		`<` + here + `/at/20261110010000if_/` + edited.url + `>; rel="first memento"; datetime="Tue, 10 Nov 2026 01:00:00 GMT"`,
		`<` + here + `/at/20261111010000if_/` + edited.url + `>; rel="prev memento"; datetime="Wed, 11 Nov 2026 01:00:00 GMT"`,
		`<` + here + `/at/20261112010000if_/` + edited.url + `>; rel="memento"; datetime="Thu, 12 Nov 2026 01:00:00 GMT"`,
		`<` + here + `/at/20261116010000if_/` + edited.url + `>; rel="next memento"; datetime="Mon, 16 Nov 2026 01:00:00 GMT"`,
		`<` + here + `/at/20261118010000if_/` + edited.url + `>; rel="last memento"; datetime="Wed, 18 Nov 2026 01:00:00 GMT"`,
	}, ", ")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Link: %s", diff)
	}
	for _, bad := range []string{"", "now", "2026-11-12", "Thu, 12 Nov 2026 01:00:00", "Fri, 12 Nov 2026 01:00:00 GMT", "Thu, 12 Nov 2026 01:00:00 +0000", "Thursday, 12-Nov-26 01:00:00 GMT", "Thu, 12 nov 2026 01:00:00 GMT", "Thu, 12 Nov 2026 25:00:00 GMT"} {
		if w := ask(s, gate, "Accept-Datetime", bad); w.Code != http.StatusBadRequest {
			t.Errorf("Accept-Datetime %q: %d", bad, w.Code)
		}
	}
	for target, want := range map[string]int{"/timegate/": 404, "/timegate": 404, "/timegate/javascript:x": 404, "/timegate/https://evil.example/": 404, "/timemap/link/": 404, "/timemap/xml/" + edited.url: 404, "/timemap/link/2/" + edited.url: 404, "/timemap/link/0/" + edited.url: 404} {
		if w := ask(s, target); w.Code != want {
			t.Errorf("%s: %d, want %d", target, w.Code, want)
		}
	}
}

func TestTimeMap(t *testing.T) {
	s := newTestServer(t, mementoArchive(t))
	w := ask(s, "/timemap/link/"+edited.url)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != linkFormat {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	golden(t, "golden/timemap.link", w.Body.String())
	w = ask(s, "/timemap/json/"+pictureURL)
	var m jsonMap
	if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil {
		t.Fatal(err)
	}
	one := jsonMemento{"2026-11-10T01:00:00Z", "http://localhost/at/20261110010000if_/" + pictureURL}
	two := jsonMemento{"2026-11-17T01:00:00Z", "http://localhost/at/20261117010000if_/" + pictureURL}
	if diff := cmp.Diff(jsonMap{
		Original: pictureURL, Self: "http://localhost/timemap/json/" + pictureURL, Gate: "http://localhost/timegate/" + pictureURL,
		Maps:     jsonForms{"http://localhost/timemap/link/" + pictureURL, "http://localhost/timemap/json/" + pictureURL},
		Mementos: jsonMementos{[]jsonMemento{one, two}, one, two},
	}, m); diff != "" {
		t.Error(diff)
	}
}

// TestMementosOfTimeMap: each memento that a TimeMap lists answers as the one that it is, also of what
// was gone then; and so does what the TimeGate leads to.
func TestMementosOfTimeMap(t *testing.T) {
	arch := mementoArchive(t)
	gone := pictureOf(time.Date(2026, 11, 14, 8, 0, 0, 0, sites.Zone), "")
	gone.State, gone.Status, gone.Body = capture.Gone, http.StatusGone, nil
	if _, err := arch.Commit(t.Context(), "dantri", capture.Batch{Kept: []capture.Kept{gone}}); err != nil {
		t.Fatal(err)
	}
	s := newTestServer(t, arch)
	for address, want := range map[string]int{edited.url: 1, pictureURL: 1} {
		were := 0
		for _, m := range regexp.MustCompile(`<http://localhost([^>]*)>; rel="(?:first |last )*memento"; datetime="([^"]*)"`).FindAllStringSubmatch(ask(s, "/timemap/link/"+address).Body.String(), -1) {
			w := ask(s, m[1])
			if h := w.Header(); w.Code != http.StatusOK && w.Code != http.StatusGone || h.Get("Memento-Datetime") != m[2] || !strings.Contains(h.Get("Link"), m[1]) {
				t.Errorf("%s of %s: %d %v", m[1], m[2], w.Code, h)
			}
			if w.Code == http.StatusGone {
				were++
			}
			if to := ask(s, "/timegate/"+address, "Accept-Datetime", m[2]).Header().Get("Location"); ask(s, strings.TrimPrefix(to, "http://localhost")).Header().Get("Memento-Datetime") != m[2] {
				t.Errorf("the TimeGate leads to %s for %s", to, m[2])
			}
		}
		if were != want {
			t.Errorf("%s: %d were gone", address, were)
		}
	}
	// A page that shows the picture still has the nearest that can be seen.
	if w := ask(s, "/at/20261114010000im_/"+pictureURL); w.Code != http.StatusOK || w.Header().Get("Memento-Datetime") != "Tue, 17 Nov 2026 01:00:00 GMT" {
		t.Errorf("for a page: %d %v", w.Code, w.Header())
	}
}

// TestAroundLeads: the reading room's page is no memento, and leads to the one that it frames.
func TestAroundLeads(t *testing.T) {
	s := newTestServer(t, mementoArchive(t))
	h := ask(s, "/at/2026-11-12/"+edited.url).Header()
	want := strings.Join([]string{
		`<` + edited.url + `>; rel="original"`,
		`<http://localhost/timegate/` + edited.url + `>; rel="timegate"`,
		`<http://localhost/timemap/link/` + edited.url + `>; rel="timemap"; type="application/link-format"; from="Tue, 10 Nov 2026 01:00:00 GMT"; until="Wed, 18 Nov 2026 01:00:00 GMT"`,
		`<http://localhost/at/20261112010000if_/` + edited.url + `>; rel="memento"; datetime="Thu, 12 Nov 2026 01:00:00 GMT"`,
	}, ", ")
	if diff := cmp.Diff(want, h.Get("Link")); diff != "" || h.Get("Memento-Datetime") != "" {
		t.Errorf("%s %s", diff, h.Get("Memento-Datetime"))
	}
	refused := ask(s, "/at/2026-11-13T08:00:00.000+07:00/"+edited.url).Header().Get("Link")
	if strings.Contains(refused, "memento\"; datetime") || !strings.Contains(refused, `rel="timegate"`) {
		t.Errorf("where we were refused: %s", refused)
	}
}

// Of a page with thousands of captures, each TimeMap leads to all others, and together they have
// each memento once.
func TestTimeMapInParts(t *testing.T) {
	arch, err := archive.Create(archiveDir(t))
	if err != nil {
		t.Fatal(err)
	}
	const captures = 2*mapSize + 100
	var b capture.Batch
	for i := range captures {
		k := answerOf(t, "https://dantri.com.vn/", http.StatusNotFound, now.Add(time.Duration(i-captures)*time.Minute))
		if i%2 == 0 {
			k.State = capture.Blocked
		}
		b.Kept = append(b.Kept, k)
	}
	if _, err := arch.Commit(t.Context(), "dantri", b); err != nil {
		t.Fatal(err)
	}
	s := newTestServer(t, arch)
	seen := map[string]int{}
	for _, part := range []string{"", "2/", "3/"} {
		text := ask(s, "/timemap/link/"+part+"https://dantri.com.vn/").Body.String()
		if n := strings.Count(text, `rel="timemap"`); n != 2 || strings.Count(text, `rel="self"`) != 1 {
			t.Errorf("part %q leads to %d others", part, n)
		}
		for _, m := range regexp.MustCompile(`<([^>]*)>; rel="(?:first |last )*memento"`).FindAllStringSubmatch(text, -1) {
			seen[m[1]]++
		}
		var m jsonMap
		if err := json.Unmarshal(ask(s, "/timemap/json/"+part+"https://dantri.com.vn/").Body.Bytes(), &m); err != nil || len(m.Index) != 3 {
			t.Errorf("part %q: %v, %d", part, err, len(m.Index))
		}
	}
	if len(seen) != captures/2 {
		t.Errorf("%d mementos, want %d", len(seen), captures/2)
	}
}

// Negotiation gives the capture that the definition says: the last one until the end of the second
// that tells of the page, else the first that does.
func TestNegotiation(t *testing.T) {
	arch := answers(t)
	rounds := 0
	rapid.Check(t, func(t *rapid.T) {
		rounds++
		type one struct {
			at    time.Time
			state capture.State
		}
		address := fmt.Sprintf("https://dantri.com.vn/muc-%d.htm", rounds)
		site, _ := sites.ByName("dantri")
		parsed, err := site.Address(address)
		if err != nil {
			t.Fatal(err)
		}
		var list []one
		var b capture.Batch
		begin := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
		for _, ms := range rapid.SliceOfNDistinct(rapid.Int64Range(0, 8000), 1, 8, rapid.ID[int64]).Draw(t, "ms") {
			c := one{begin.Add(time.Duration(ms) * time.Millisecond), rapid.SampledFrom([]capture.State{capture.Live, capture.Gone, capture.Moved, capture.Blocked, capture.Broken}).Draw(t, "state")}
			list = append(list, c)
			b.Kept = append(b.Kept, capture.Kept{Capture: capture.Capture{Page: parsed.Page, URL: address, Time: c.at, Kind: capture.Response, State: c.state, Status: 200}, Body: []byte(c.at.String())})
		}
		if _, err := arch.Commit(t.Context(), "dantri", b); err != nil {
			t.Fatal(err)
		}
		s := Server{Options: Options{Archive: arch}}
		asked := begin.Add(time.Duration(rapid.IntRange(-1, 9).Draw(t, "second")) * time.Second)
		at, ok := parseHTTPDate(httpDate(asked))
		m, err := s.mementosOf(t.Context(), []string{address})
		if err != nil || !ok {
			t.Fatal(err)
		}
		place, err := m.choose(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		var want, first time.Time
		for _, c := range list {
			if c.state != capture.Live && c.state != capture.Gone {
				continue
			}
			if c.at.Before(asked.Add(time.Second)) && c.at.After(want) {
				want = c.at
			}
			if first.IsZero() || c.at.Before(first) {
				first = c.at
			}
		}
		if want.IsZero() {
			want = first
		}
		switch {
		case place < 0 && want.IsZero():
		case place < 0 || !m.all[place].Time.Equal(want):
			t.Fatalf("%v at %v: place %d, want %v", list, asked, place, want)
		}
	})
}

// FuzzAcceptDatetime: what is taken is written so, and means the end of its second.
func FuzzAcceptDatetime(f *testing.F) {
	for _, text := range []string{"Thu, 12 Nov 2026 01:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "x", "Thu, 12 Nov 2026 24:00:00 GMT"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if at, ok := parseHTTPDate(text); ok && (httpDate(at) != text || !httpDateEnds(at)) {
			t.Errorf("%q is read as %v", text, at)
		}
	})
}

func httpDateEnds(at time.Time) bool { return at.Nanosecond() == 999_000_000 }

// TestCloseAssets: each of an asset's captures is reached by what the TimeMap says of it, however
// soon the next came.
func TestCloseAssets(t *testing.T) {
	begin := time.Date(2026, 11, 10, 1, 0, 0, 0, time.UTC)
	var kept []capture.Kept
	for _, ms := range []int{250, 750, 1100, 2500, 5000} {
		kept = append(kept, pictureOf(begin.Add(time.Duration(ms)*time.Millisecond), fmt.Sprint(ms)))
	}
	s := newTestServer(t, answers(t, kept...))
	var m jsonMap
	if err := json.Unmarshal(ask(s, "/timemap/json/"+pictureURL).Body.Bytes(), &m); err != nil || len(m.Mementos.List) != len(kept) {
		t.Fatal(err, m)
	}
	for i, one := range m.Mementos.List {
		w := ask(s, strings.TrimPrefix(strings.Replace(one.URI, "if_/", "id_/", 1), "http://localhost"))
		if w.Body.String() != string(kept[i].Body) || w.Header().Get("Memento-Datetime") != httpDate(kept[i].Time) {
			t.Errorf("%s: %d %q", one.URI, w.Code, w.Body)
		}
	}
}

// TestMementoDocument: what docs/memento.md asks is answered.
func TestMementoDocument(t *testing.T) {
	text, err := os.ReadFile("../../../docs/memento.md")
	if err != nil {
		t.Fatal(err)
	}
	s := newTestServer(t, mementoArchive(t))
	lines := regexp.MustCompile(`(?m)^    curl -sI?(?: -H 'Accept-Datetime: ([^']+)')? '?http://localhost:8080(/[^' \n]+)'?$`).FindAllStringSubmatch(string(text), -1)
	if len(lines) != strings.Count(string(text), "    curl ") {
		t.Fatalf("%d lines are read", len(lines))
	}
	for _, line := range lines {
		var header []string
		if line[1] != "" {
			header = []string{"Accept-Datetime", line[1]}
		}
		w := ask(s, strings.Replace(line[2], "ADDRESS", edited.url, 1), header...)
		switch to := w.Header().Get("Location"); {
		case strings.HasPrefix(line[2], "/timegate/"):
			if w.Code != http.StatusFound || to != "http://localhost/at/20261110010000if_/"+edited.url || !strings.Contains(string(text), "/at/20261110010000if_/ADDRESS") {
				t.Errorf("%s: %d %s", line[0], w.Code, to)
			}
		case w.Code != http.StatusOK || w.Body.Len() == 0:
			t.Errorf("%s: %d %q", line[0], w.Code, w.Body)
		}
	}
}

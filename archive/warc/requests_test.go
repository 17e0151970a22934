package warc

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/warcfile"
)

const get = "GET /xa-hoi/nuoc-song-20221224083224103.htm HTTP/1.1\r\nHost: dantri.com.vn\r\nUser-Agent: x\r\n\r\n"

// TestImportRequests: what was asked comes in with its response, whichever names the other,
// whichever comes first, and however many are between; a request that belongs to none does no harm.
func TestImportRequests(t *testing.T) {
	names := func(id string) []string { return []string{"WARC-Concurrent-To: " + id} }
	http2 := "GET /x HTTP/2\r\n:authority: dantri.com.vn\r\nuser-agent: y\r\ncookie: " + strings.Repeat("a", 20_000) + "\r\n\r\n"
	for _, test := range []struct {
		name, request         string
		ofRequest, ofResponse []string
		want                  string
		told                  string
	}{
		{"the request names the response", get, names(answeredID), nil, get, ""},
		{"the response names the request", get, nil, names(askedID), get, ""},
		{"each names the other", get, names(answeredID), names(askedID), get, ""},
		{"among several", get, []string{"WARC-Concurrent-To: <urn:uuid:1>", "WARC-Concurrent-To: " + answeredID}, nil, get, ""},
		{"neither names the other", get, nil, nil, "", ""},
		{"both name a third", get, names("<urn:uuid:1>"), names("<urn:uuid:1>"), "", ""},
		{"pseudo headers, small letters, a huge cookie", http2, names(answeredID), nil, http2, ""},
		{"a body", get + "x=y", names(answeredID), nil, get + "x=y", ""},
		{"no header", "GET /", names(answeredID), nil, "GET /", ""},
		{"what opens a proxy", "GET / HTTP/1.1\r\nproxy-authorization: Basic eDp5\r\n folded\r\nA: b\r\n\r\n", names(answeredID), nil, "GET / HTTP/1.1\r\nA: b\r\n\r\n", ""},
		{"too large", get + strings.Repeat("x", maxRequest), names(answeredID), nil, "", "bytes, at most 65536"},
		{"rubbish", "\x00\xff", names(answeredID), nil, "", "it begins with"},
		{"empty", "", names(answeredID), nil, "", "it begins with"},
	} {
		asked, answered := exchange(test.request, test.ofRequest, test.ofResponse)
		for place, file := range map[string]string{
			"before": asked + answered, "behind": answered + asked, "twice": answered + asked + strings.Replace(asked, "Host", "Most", 1),
			"far before": asked + others(70) + answered, "far behind": answered + others(70) + asked,
		} {
			if strings.HasPrefix(place, "far") && test.name != "each names the other" {
				continue
			}
			t.Run(test.name+", "+place, func(t *testing.T) {
				a := newArchive(t, t.TempDir())
				n, problems := importText(t, a, ImportOptions{}, file)
				got := ""
				for _, h := range all(t, a, testSite) {
					if h.URL == articleURL {
						got = h.Request
					} else if h.Request != "" {
						t.Errorf("%s: %q", h.URL, h.Request)
					}
				}
				told := strings.Join(problems, "\n")
				if got != test.want || n.Broken+n.Problems > 0 || !strings.Contains(told, test.told) || test.told == "" && told != "" {
					t.Errorf("%q, want %q; %+v, %q", got, test.want, n, problems)
				}
				sound(t, a)
			})
		}
	}
}

// TestImportRequestsOfEach: each of many responses gets its own request, in a file and in a
// stream, and imported once more into an archive that lacked them.
func TestImportRequestsOfEach(t *testing.T) {
	const many = 200
	var with, without strings.Builder
	for i := range many {
		url := fmt.Sprintf("https://dantri.com.vn/xa-hoi/bai-20221225083224%03d.htm", i)
		response := record("response", url, later, "HTTP/1.1 404 Not Found\r\n\r\n"+fmt.Sprint(i))
		with.WriteString(response)
		without.WriteString(response)
		with.WriteString(record("request", url, later, fmt.Sprintf("GET /%d HTTP/1.1\r\n\r\n", i), "WARC-Concurrent-To: <urn:uuid:"+sha1Of("response" + url + later)[5:]+">"))
	}
	check := func(a held, i int) {
		if a.Request != fmt.Sprintf("GET /%d HTTP/1.1\r\n\r\n", i) {
			t.Errorf("%d: %q", i, a.Request)
		}
	}
	a := newArchive(t, t.TempDir())
	if n, err := Import(t.Context(), opened(a), io.MultiReader(strings.NewReader(without.String())), ImportOptions{}); err != nil || n.Captures != many {
		t.Fatalf("%+v, %v", n, err)
	}
	if n, err := Import(t.Context(), opened(a), io.MultiReader(strings.NewReader(with.String())), ImportOptions{}); err != nil || n.Captures != 0 || n.Duplicates != many {
		t.Errorf("%+v, %v", n, err)
	}
	b := newArchive(t, t.TempDir())
	if n, problems := importText(t, b, ImportOptions{}, with.String()); n.Captures != many || len(problems) > 0 {
		t.Errorf("%+v, %q", n, problems)
	}
	for _, a := range [][]held{all(t, a, testSite), all(t, b, testSite)} {
		if len(a) != many {
			t.Fatalf("%d captures", len(a))
		}
		for i, h := range a {
			check(h, i)
		}
	}
}

// TestAskedIsBounded: requests that wait for nothing take no more and no more memory.
func TestAskedIsBounded(t *testing.T) {
	var a asked
	for i := range 3 * maxAsked {
		a.add(&request{text: strings.Repeat("x", i%20_000), joints: []joint{joint(i), joint(i + 1)}})
		if len(a.queue) > maxAsked || a.bytes > maxAskedBytes || len(a.byJoint) > 2*maxAsked {
			t.Fatalf("%d wait, %d bytes, %d joints", len(a.queue), a.bytes, len(a.byJoint))
		}
	}
	if got := a.of([]joint{3*maxAsked - 1}); got == "" {
		t.Error("the last does not wait")
	}
	for len(a.queue) > 0 {
		a.bytes += maxAskedBytes
		before := len(a.queue)
		a.add(&request{joints: []joint{7}})
		a.bytes = 0
		if len(a.queue) >= before {
			break
		}
	}
}

// TestExportRequests: a request record stands right behind each capture that has one.
func TestExportRequests(t *testing.T) {
	a := newArchive(t, t.TempDir())
	k := capture.Kept{Capture: capture.Capture{
		Page: articlePath, URL: articleURL, Time: moment(t, early), Kind: capture.Response, State: capture.Live, Status: 200, Request: get,
	}, Body: []byte("x")}
	revisit, none := k, k
	revisit.Time, revisit.Kind, revisit.Profile, revisit.Status, revisit.Body = moment(t, later), capture.Revisit, capture.NotModified, 304, nil
	none.Time, none.Request = moment(t, "2023-12-24T03:00:00Z"), ""
	if _, err := a.Commit(t.Context(), testSite, capture.Batch{Kept: []capture.Kept{k, revisit, none}}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	export(t, a, testSite, dir, ExportOptions{})
	files := contents(t, dir)
	reader, err := warcfile.NewReader(strings.NewReader(files["dantri-00001.warc.gz"]), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	var types []string
	var of warcfile.Header
	for {
		rec, err := reader.Next()
		if err != nil {
			break
		}
		types = append(types, rec.Type())
		block, err := io.ReadAll(rec.Block)
		if err != nil {
			t.Fatal(err)
		}
		if rec.Type() != warcfile.TypeRequest {
			of = rec.Header
			continue
		}
		h := rec.Header
		if string(block) != get || h.Get(warcfile.FieldConcurrent) != of.Get(warcfile.FieldID) || of.Get(warcfile.FieldConcurrent) != h.Get(warcfile.FieldID) || h.Get(warcfile.FieldDate) != of.Get(warcfile.FieldDate) ||
			h.Get(warcfile.FieldURL) != of.Get(warcfile.FieldURL) || h.Get(warcfile.FieldContentType) != warcfile.MediaRequest || !digestIs(h.Get(warcfile.FieldBlock), block) || !digestIs(h.Get(warcfile.FieldPayload), nil) {
			t.Errorf("%q of %q: %q", h, of, block)
		}
	}
	if got := strings.Join(types, " "); got != "warcinfo response request revisit request response" && got != "warcinfo response request revisit request revisit" {
		t.Error(got)
	}
	if lines := strings.Count(files["dantri.cdxj"], "\n"); lines != 3 {
		t.Errorf("%d lines in the index", lines)
	}
}

// TestExportOfFormat3: an archive of a time before requests were kept is exported to the same bytes
// as by the program that wrote it, before and after it is brought to the present format.
func TestExportOfFormat3(t *testing.T) {
	const folder, name = "../testdata/format3", "vov"
	want, err := os.ReadFile(filepath.Join(folder, "warc.sha256"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for from, to := range map[string]string{"vov.db.gz": "vov.db", "baoluu-archive.json": "baoluu-archive.json"} {
		b, err := os.ReadFile(filepath.Join(folder, from))
		if err != nil {
			t.Fatal(err)
		}
		if from != to {
			b = []byte(unpacked(t, b))
		}
		if err := os.WriteFile(filepath.Join(dir, to), b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	a, err := archive.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"as it is", "brought up to date"} {
		out := t.TempDir()
		export(t, a, name, out, ExportOptions{Software: "baoluu/devel"})
		if got := sha256Of([]byte(unpacked(t, []byte(contents(t, out)["vov-00001.warc.gz"])))); got != "sha256:"+strings.TrimSpace(string(want)) {
			t.Errorf("%s: %s, want %s", when, got, want)
		}
		if _, err := a.Commit(t.Context(), name, capture.Batch{}); err != nil {
			t.Fatal(err)
		}
	}
	sound(t, a)
}

func unpacked(t testing.TB, packed []byte) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func moment(t testing.TB, date string) time.Time {
	t.Helper()
	at, _, err := warcfile.ParseDate(date)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

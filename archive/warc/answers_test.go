package warc

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"baoluu/archive/warcfile"
	"baoluu/archive/warcfile/warctest"
)

const (
	askedID    = "<urn:uuid:asked>"
	answeredID = "<urn:uuid:answered>"
)

// exchange is a request and its response, joined as the fields say.
func exchange(request string, ofRequest, ofResponse []string) (asked, answered string) {
	asked = warctest.Record("\r\n", request, append([]string{"WARC-Type: request", "WARC-Target-URI: " + articleURL, "WARC-Date: " + early, "WARC-Record-ID: " + askedID}, ofRequest...)...)
	answered = warctest.Record("\r\n", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"+articlePage("Nước sông", "Dâng cao."),
		append([]string{"WARC-Type: response", "WARC-Target-URI: " + articleURL, "WARC-Date: " + early, "WARC-Record-ID: " + answeredID}, ofResponse...)...)
	return asked, answered
}

// others are pages that have nothing to do with it, more than a batch holds.
func others(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(record("response", fmt.Sprintf("https://dantri.com.vn/xa-hoi/bai-20221225083224%03d.htm", i), later, "HTTP/1.1 200 OK\r\n\r\n"+articlePage(fmt.Sprint("Tin ", i), "Nước sông.")))
		b.WriteString(record("request", fmt.Sprintf("https://dantri.com.vn/xa-hoi/bai-20221225083224%03d.htm", i), later, "GET /x HTTP/1.1\r\n\r\n"))
	}
	return b.String()
}

// A response is left out, with a word, where its request is no GET: whichever names
// the other, whichever comes first and however far away.
func TestImportAnswers(t *testing.T) {
	const post = "POST /xa-hoi/binh-luan HTTP/1.1\r\nHost: dantri.com.vn\r\n\r\nx=y"
	names := func(id string) []string { return []string{"WARC-Concurrent-To: " + id} }
	const far = 150
	const joins = 6 // the first, which differ by how the two are joined
	for i, test := range []struct {
		name                  string
		request               string
		ofRequest, ofResponse []string
		kept                  bool
	}{
		{"the request names the response", post, names(answeredID), nil, false},
		{"the response names the request", post, nil, names(askedID), false},
		{"each names the other", post, names(answeredID), names(askedID), false},
		{"among several", post, []string{"WARC-Concurrent-To: <urn:uuid:1>", "WARC-Concurrent-To: " + answeredID}, nil, false},
		{"in capitals", post, names(strings.ToUpper(answeredID)), nil, false},
		{"neither names the other", post, nil, nil, false},
		{"a request with a large body", "POST / HTTP/1.1\r\n\r\n" + strings.Repeat("x", 2*maxMessageHeader), names(answeredID), nil, false},
		{"a request of a long address", "POST /" + strings.Repeat("x", 2000) + " HTTP/1.1\r\n\r\n", names(answeredID), nil, false},
		{"a request without a version", "PUT /x\r\n\r\n", names(answeredID), nil, false},
		{"HEAD", "HEAD https://dantri.com.vn/ HTTP/1.1\r\n\r\n", names(answeredID), nil, false},
		{"GET", "GET /x HTTP/1.1\r\n\r\n", names(answeredID), nil, true},
		{"GET in small letters", "get /x HTTP/1.0\r\n\r\n", names(answeredID), nil, true},
		{"an empty line before GET", "\r\nGET /x HTTP/1.0\r\n\r\n", names(answeredID), nil, true},
		{"a request without a first line", "Host: dantri.com.vn\r\nUser-Agent: x\r\n\r\n", names(answeredID), nil, true},
		{"a response's head for a request", "HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n", names(answeredID), nil, true},
		{"an empty request", "", names(answeredID), nil, true},
		{"a request of blank lines", "\r\n\r\n", names(answeredID), nil, true},
		{"a request of rubbish", "\x00\xff POST / HTTP/1.1", names(answeredID), nil, true},
		{"the request names another", post, names("<urn:uuid:another>"), nil, true},
		{"the response names another", post, nil, names("<urn:uuid:another>"), true},
	} {
		asked, answered := exchange(test.request, test.ofRequest, test.ofResponse)
		for place, file := range map[string]string{
			"before": asked + answered, "far before": asked + others(far) + answered, "behind": answered + asked, "far behind": answered + others(far) + asked,
			"far behind, gzip": warctest.Gzip(t, answered, others(far), asked),
		} {
			if strings.HasPrefix(place, "far") && (i >= joins || testing.Short()) { // they take long
				continue
			}
			t.Run(test.name+", "+place, func(t *testing.T) {
				n, problems := importText(t, newArchive(t, t.TempDir()), ImportOptions{}, file)
				kept := n.Captures%far == 1
				if text := strings.Join(problems, "\n"); kept != test.kept || (n.Broken == 1) == test.kept || strings.Contains(text, "request by") == test.kept {
					t.Errorf("%+v, problems %q", n, problems)
				}
			})
		}
	}
}

// Two answers to one POST are both none; records without ids join nothing.
func TestImportAnswersSeveral(t *testing.T) {
	asked, answered := exchange("POST / HTTP/1.1\r\n\r\n", nil, []string{"WARC-Concurrent-To: " + askedID})
	second := strings.ReplaceAll(strings.Replace(answered, answeredID, "<urn:uuid:second>", 1), early, later)
	noIDs := func(s string) string {
		return strings.NewReplacer("WARC-Record-ID: "+askedID+"\r\n", "", "WARC-Record-ID: "+answeredID+"\r\n", "", "WARC-Concurrent-To: "+askedID+"\r\n", "").Replace(s)
	}
	for name, test := range map[string]struct {
		file     string
		captures int
	}{
		"two answers":                     {answered + asked + second, 0},
		"no ids, another date":            {noIDs(asked) + noIDs(second), 1},
		"no ids, the same date":           {noIDs(answered) + noIDs(asked), 0},
		"a POST that another answer took": {asked + second + noIDs(answered), 1},
	} {
		if n, problems := importText(t, newArchive(t, t.TempDir()), ImportOptions{}, test.file); n.Captures != test.captures {
			t.Errorf("%s: %+v, %q", name, n, problems)
		}
	}
}

// A stream cannot be read twice: what is known until a response is committed counts.
func TestImportAnswersInStream(t *testing.T) {
	asked, answered := exchange("POST / HTTP/1.1\r\n\r\n", []string{"WARC-Concurrent-To: " + answeredID}, nil)
	for name, file := range map[string]string{"before": asked + answered, "behind": answered + asked} {
		var problems []string
		a := newArchive(t, t.TempDir())
		n, err := Import(t.Context(), opened(a), io.MultiReader(strings.NewReader(file)), ImportOptions{Problem: func(p warcfile.Problem) { problems = append(problems, p.What) }})
		if err != nil || n.Captures != 0 || n.Broken != 1 {
			t.Errorf("%s: %+v, %v, %q", name, n, err, problems)
		}
	}
}

// In a WACZ the request may lie in another file than the response.
func TestImportAnswersInWACZ(t *testing.T) {
	asked, answered := exchange("POST / HTTP/1.1\r\n\r\n", []string{"WARC-Concurrent-To: " + answeredID}, nil)
	file := waczOf(t, "archive/a.warc.gz", warctest.Gzip(t, answered), "archive/b.warc.gz", warctest.Gzip(t, asked), "datapackage.json", "{}")
	n, err := ImportWACZ(t.Context(), opened(newArchive(t, t.TempDir())), bytes.NewReader(file), int64(len(file)), ImportOptions{})
	if err != nil || n.Captures != 0 || n.Broken != 1 {
		t.Errorf("%+v, %v", n, err)
	}
}

// What is remembered of requests is bounded; that it was too little is counted.
func TestAnswersBounded(t *testing.T) {
	var file strings.Builder
	for i := range 100 {
		file.WriteString(record("request", fmt.Sprintf("https://dantri.com.vn/%d", i), early, "POST / HTTP/1.1\r\n\r\n"))
	}
	a := newAnswers()
	a.most = 50
	a.read(t.Context(), strings.NewReader(file.String()), new(warcfile.Meter), func(*warcfile.Record) bool { return true }, func(context.Context, *warcfile.Record) {})
	if len(a.methods)+len(a.alone) > 50 || a.missed == 0 {
		t.Errorf("%d remembered, %d missed", len(a.methods)+len(a.alone), a.missed)
	}
}

func FuzzMethod(f *testing.F) {
	for _, seed := range []string{"GET / HTTP/1.1\r\n", "POST /x", "HTTP/1.1 200 OK\r\n", "Host: x\r\n", "", "\r\n", "post a HTTP/2"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, block []byte) {
		method := methodOf(bytes.NewReader(block))
		if method != "" && !bytes.Contains(bytes.ToUpper(block), []byte(method)) || strings.ContainsAny(method, ": /") {
			t.Fatalf("%q", method)
		}
	})
}

package warcfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/gzip"

	"baoluu/archive/warcfile/warctest"
)

// readAll gives each record's URL and block; a block that is cut has "…" behind it.
func readAll(t testing.TB, file io.Reader) (got, problems []string, err error) {
	t.Helper()
	r, err := NewReader(file, func(p Problem) { problems = append(problems, p.What) })
	if err != nil {
		return nil, problems, err
	}
	defer r.Close()
	for {
		rec, err := r.Next()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return got, problems, err
		}
		b, err := io.ReadAll(rec.Block)
		text := rec.URL() + " " + string(b)
		if err != nil {
			text += "…"
		}
		got = append(got, text)
	}
}

func TestReader(t *testing.T) {
	a, b, c := warctest.Response("http://a/", "one"), warctest.Response("http://b/", "two"), warctest.Response("http://c/", "three")
	zip := warctest.Gzip(t, b)
	corrupt := []byte(zip)
	corrupt[len(corrupt)/2] ^= 0xff
	long := strings.Replace(b, "Content-Length: 3", "Content-Length: 4", 1)
	farTooLong := strings.Replace(b, "Content-Length: 3", "Content-Length: 300", 1)
	short := strings.Replace(b, "Content-Length: 3", "Content-Length: 2", 1)
	tests := []struct {
		name, file, want string
		problems         string // what they say, parted by |; "" where there are none
	}{
		{"plain", a + b + c, "http://a/ one|http://b/ two|http://c/ three", ""},
		{"gzip by record", warctest.Gzip(t, a, b, c), "http://a/ one|http://b/ two|http://c/ three", ""},
		{"gzip as a whole", warctest.Gzip(t, a+b+c), "http://a/ one|http://b/ two|http://c/ three", "not record by record"},
		{"no blank lines between", strings.TrimRight(a, "\r\n") + b, "http://a/ one|http://b/ two", ""},
		{"many blank lines between", a + "\r\n\n\r\n" + b, "http://a/ one|http://b/ two", ""},
		{"LF only", strings.ReplaceAll(a+b, "\r\n", "\n"), "http://a/ one|http://b/ two", ""},
		{"lower-case names", strings.NewReplacer("WARC-T", "warc-t", "Content-L", "content-l").Replace(a + b), "http://a/ one|http://b/ two", ""},
		{"folded header", strings.Replace(a, "http://a/", "\r\n http://a/", 1) + b, "http://a/ one|http://b/ two", ""},
		{"URI in brackets", strings.Replace(a, "http://a/\r", "<http://a/>\r", 1), "http://a/ one", ""},
		{"a length too large by one", a + long + c, "http://a/ one|http://b/ two\r|http://c/ three", ""},
		{"a length too large by one, gzip", warctest.Gzip(t, a, long, c), "http://a/ one|http://b/ two\r|http://c/ three", ""},
		{"a length too small by one", a + short + c, "http://a/ one|http://b/ tw|http://c/ three", "between records"},
		{"a length too small by one, gzip", warctest.Gzip(t, a, short, c), "http://a/ one|http://b/ tw|http://c/ three", "between records"},
		{"a length far too large, gzip", warctest.Gzip(t, a, farTooLong, c), "http://a/ one|http://b/ two\r\n\r\n…|http://c/ three", "ends within"},
		{"a length far too large", a + farTooLong + c + warctest.Response("http://d/", "four"), "http://a/ one|http://b/ two\r\n\r\n…|http://c/ three|http://d/ four", "another begins 7 bytes into it"},
		{"a length beyond the end", a + strings.Replace(b, "Content-Length: 3", "Content-Length: 300000000", 1) + c, "http://a/ one|http://b/ two\r\n\r\n…|http://c/ three", "another begins 7 bytes into it"},
		{"a length too large by five", a + strings.Replace(b, "Content-Length: 3", "Content-Length: 8", 1) + c, "http://a/ one|http://b/ two\r\n\r\n…|http://c/ three", "another begins 7 bytes into it"},
		{"one such after another", a + farTooLong + farTooLong + c, "http://a/ one|http://b/ two\r\n\r\n…|http://b/ two\r\n\r\n…|http://c/ three", "another begins"},
		{"a cut record, and more appended", a + b[:len(b)-6] + "\n" + c, "http://a/ one|http://b/ t\n…|http://c/ three", "another begins"},
		{"a record within a record", a + warctest.Response("http://w/", "x\r\n"+b) + c, "http://a/ one|http://w/ x\r\n" + b + "|http://c/ three", ""},
		{"a length too large, and no record in it", a + farTooLong, "http://a/ one|http://b/ two\r\n\r\n…", "ends within"},
		{"a length of 2^63", a + strings.Replace(b, "Content-Length: 3", "Content-Length: 9223372036854775808", 1) + c, "http://a/ one|http://c/ three", "Content-Length|between records"},
		{"a negative length", a + strings.Replace(b, "Content-Length: 3", "Content-Length: -3", 1) + c, "http://a/ one|http://c/ three", "Content-Length|between records"},
		{"no length", a + strings.Replace(b, "Content-Length: 3\r\n", "", 1) + c, "http://a/ one|http://c/ three", "Content-Length|between records"},
		{"a header without end", a + "WARC/1.0\r\nWARC-Type: response\r\n", "http://a/ one", "no end"},
		{"a version that is none", a + strings.Replace(b, "WARC/1.0", "WARC/one", 1) + c, "http://a/ one|http://c/ three", "begins with|between records"},
		{"rubbish between", a + "\x00\xff rubbish\r\n" + b, "http://a/ one|http://b/ two", "between records"},
		{"a file cut in a block", a + b[:len(b)-6], "http://a/ one|http://b/ t…", "ends within"},
		{"a member cut", warctest.Gzip(t, a) + zip[:len(zip)-12] + warctest.Gzip(t, c), "http://a/ one|http://b/ two|http://c/ three", "damaged"},
		{"a member hurt", warctest.Gzip(t, a) + string(corrupt) + warctest.Gzip(t, c), "http://a/ one|*|http://c/ three", "damaged"},
		{"rubbish between members", warctest.Gzip(t, a) + "rubbish \x1f\x8b\x08\x00 more" + warctest.Gzip(t, c), "http://a/ one|http://c/ three", "damaged"},
		{"zeros behind the last member", warctest.Gzip(t, a) + strings.Repeat("\x00", 5000), "http://a/ one", "damaged"},
		{"zstd", warctest.Zstd(t, nil, a, b, c), "http://a/ one|http://b/ two|http://c/ three", ""},
		{"zstd as a whole, parted anywhere", warctest.Zstd(t, nil, (a + b)[:100], (a + b)[100:150], (a + b)[150:]+c), "http://a/ one|http://b/ two|http://c/ three", ""},
		{"zstd with frames to skip", warctest.Zstd(t, nil, a) + "\x51\x2a\x4d\x18\x05\x00\x00\x00\x28\xb5\x2f\xfd\x00" + warctest.Zstd(t, nil, "", b, c), "http://a/ one|http://b/ two|http://c/ three", ""},
		{"zstd that ends in a frame to skip", warctest.Zstd(t, nil, a) + "\x51\x2a\x4d\x18\xff\xff\xff\xffrubbish", "http://a/ one", "damaged"},
		{"zstd within zstd, hurt", warctest.Zstd(t, nil, a) + strings.Replace(warctest.Zstd(t, nil, warctest.Response("http://w/", warctest.Zstd(t, nil, "x"))), "http://w/", "http://h/", 1) + warctest.Zstd(t, nil, c), "http://a/ one|*|http://c/ three", "damaged"},
		{"zstd with a dictionary", warctest.Zstd(t, warctest.Dictionary(t), a, b, c), "http://a/ one|http://b/ two|http://c/ three", ""},
	}
	for _, test := range tests {
		check := func(t *testing.T, file io.Reader) {
			got, problems, err := readAll(t, file)
			if err != nil {
				t.Fatal(err)
			}
			if text := strings.Join(got, "|"); text != test.want && text != strings.Replace(test.want, "*|", "", 1) && !strings.Contains(test.want, "*") {
				t.Errorf("got  %q\nwant %q", text, test.want)
			} else if before, after, ok := strings.Cut(test.want, "*"); ok && (!strings.HasPrefix(text, before) || !strings.HasSuffix(text, after)) {
				t.Errorf("got  %q\nwant %q", text, test.want)
			}
			var want []string
			if test.problems != "" {
				want = strings.Split(test.problems, "|")
			}
			if len(problems) < len(want) || len(want) == 0 && len(problems) > 0 {
				t.Fatalf("problems %q, want %q", problems, want)
			}
			for _, w := range want {
				if !strings.Contains(strings.Join(problems, "\n"), w) {
					t.Errorf("problems %q, want %q", problems, w)
				}
			}
		}
		t.Run(test.name, func(t *testing.T) { check(t, strings.NewReader(test.file)) })
		t.Run(test.name+", as a stream", func(t *testing.T) { check(t, iotest.HalfReader(strings.NewReader(test.file))) })
		if strings.HasPrefix(test.file, string(warcMagic)) {
			t.Run(test.name+", zstd as a whole", func(t *testing.T) { check(t, strings.NewReader(warctest.Zstd(t, nil, test.file))) })
			if strings.Contains(test.want, "|") {
				test.problems = strings.TrimPrefix(test.problems+"|not record by record", "|")
			}
			t.Run(test.name+", gzip as a whole", func(t *testing.T) { check(t, strings.NewReader(warctest.Gzip(t, test.file))) })
		}
	}
}

func TestReaderRefuses(t *testing.T) {
	tests := []struct {
		name, file string
		want       error
	}{
		{"nothing", "", ErrNotWARC},
		{"a page", "<html>\n<p>WARC/1.0 is a format", ErrNotWARC},
		{"gzip of a page", warctest.Gzip(t, "<html>"), ErrNotWARC},
		{"a dictionary that never ends", "\x5d\x2a\x4d\x18\xff\xff\xff\xff", ErrDamaged},
		{"a dictionary that is none", "\x5d\x2a\x4d\x18\x03\x00\x00\x00abc" + warctest.Zstd(t, nil, "x"), ErrDamaged},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got, _, err := readAll(t, strings.NewReader(test.file)); !errors.Is(err, test.want) || len(got) > 0 {
				t.Errorf("%q, error %v, want %v", got, err, test.want)
			}
		})
	}
}

// A gigabyte of zeros, an endless line and a header without end cost neither
// memory nor the records behind them.
func TestReaderBombs(t *testing.T) {
	a, c := warctest.Gzip(t, warctest.Response("http://a/", "one")), warctest.Gzip(t, warctest.Response("http://c/", "three"))
	size := int64(1 << 26)
	if testing.Short() {
		size = 1 << 23
	}
	bombs := map[string]func(w io.Writer){
		"zeros": func(w io.Writer) { io.CopyN(w, zeros{}, size) },
		"an endless line": func(w io.Writer) {
			io.WriteString(w, "WARC/1.0\r\nX: ")
			io.CopyN(w, zeros{}, size)
		},
		"endless fields": func(w io.Writer) {
			io.WriteString(w, "WARC/1.0\r\n"+strings.Repeat("a:b\r\n", 1<<19))
		},
		"a block of zeros": func(w io.Writer) {
			fmt.Fprintf(w, "WARC/1.0\r\nContent-Length: %d\r\n\r\n", size)
			io.CopyN(w, zeros{}, size)
		},
	}
	for name, bomb := range bombs {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			w := gzip.NewWriter(&b)
			bomb(w)
			w.Close()
			r, err := NewReader(strings.NewReader(a+b.String()+c), nil)
			if err != nil {
				t.Fatal(err)
			}
			var before, now runtime.MemStats
			runtime.ReadMemStats(&before)
			last := ""
			for {
				rec, err := r.Next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				last = rec.URL()
			}
			runtime.ReadMemStats(&now)
			if got := now.TotalAlloc - before.TotalAlloc; got > 32<<20 {
				t.Errorf("%d bytes allocated", got)
			}
			if last != "http://c/" {
				t.Errorf("the last record is %q", last)
			}
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func FuzzReader(f *testing.F) {
	a, b := warctest.Response("http://a/", "one"), warctest.Response("http://b/", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
	for _, seed := range []string{"", a + b, warctest.Gzip(f, a, b), warctest.Gzip(f, a+b), warctest.Gzip(f, warctest.Parted(a+b, 20)...), warctest.Gzip(f, a, warctest.Response("http://w/", "\x1f\x8b\x08\x00"), b), warctest.Zstd(f, nil, a, b), warctest.Zstd(f, warctest.Dictionary(f), a), a[:50], "WARC/1.1\r\n\r\n",
		"WARC/1.1\nA: b\n x\n x\n\n", strings.Repeat("WARC/1.1\nWARC-A: b\nContent-Length: 1000\n\n", 20), warctest.Gzip(f, a) + strings.Repeat(warctest.Gzip(f, ""), 5) + warctest.Gzip(f, b), warctest.Zstd(f, nil, a) + strings.Repeat("\x51\x2a\x4d\x18\x00\x00\x00\x00", 5) + b, "x\x00\n\x00\xef\xbb\xbf" + a} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if one, several := whatIsRead(t, bytes.NewReader(file), 0), whatIsRead(t, bytes.NewReader(file), 2); !slices.Equal(one, several) {
			t.Fatalf("members at once: %.500q, one after another: %.500q", several, one)
		}
		r, err := NewReader(bytes.NewReader(file), nil)
		if err != nil {
			return
		}
		defer r.Close()
		for n := 0; ; n++ {
			rec, err := r.Next()
			if err != nil {
				if n > 0 && errors.Is(err, ErrNotWARC) {
					t.Fatal("records in what is no WARC file")
				}
				return
			}
			got, _ := io.Copy(io.Discard, io.LimitReader(rec.Block, 1<<20))
			if got > rec.Length {
				t.Fatalf("%d bytes in a block of %d", got, rec.Length)
			}
		}
	})
}

// A zstd frame that is damaged, or cut, costs its record. What follows is read.
func TestReaderDamagedZstd(t *testing.T) {
	for _, dict := range [][]byte{nil, warctest.Dictionary(t)} {
		body := strings.Repeat("chữ nghĩa ", 2000)
		for i := range 200 {
			body += fmt.Sprint(i*7919%1013, " ")
		}
		frames := []string{warctest.Zstd(t, dict, warctest.Response("http://a/", "one"))}
		for _, name := range []string{"b", "c", "d", "e"} {
			frame := warctest.Zstd(t, dict, warctest.Response("http://"+name+"/", body+name))
			if dict != nil {
				frame = frame[8+len(dict):]
			}
			frames = append(frames, frame)
		}
		damaged := []byte(frames[1])
		damaged[len(damaged)/2] ^= 0xff
		for name, second := range map[string]string{"hurt": string(damaged), "cut": frames[1][:len(frames[1])/2], "without its end": frames[1][:len(frames[1])-3], "gone but for its magic": string(zstdMagic), "rubbish": "rubbish"} {
			got, problems, err := readAll(t, strings.NewReader(frames[0]+second+strings.Join(frames[2:], "")))
			if err != nil || len(problems) == 0 {
				t.Errorf("%s: problems %q, error %v", name, problems, err)
			}
			var whole []string
			for _, g := range got {
				if !strings.HasSuffix(g, "…") {
					whole = append(whole, g[:9])
				}
			}
			for _, want := range []string{"http://a/", "http://c/", "http://d/", "http://e/"} {
				if !slices.Contains(whole, want) {
					t.Errorf("%s: %s is lost; %q", name, want, problems)
				}
			}
		}
	}
}

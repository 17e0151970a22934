package corpus_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"

	"baoluu/archive/capture"
	"baoluu/archive/corpus"
	"baoluu/cleaner"
	"baoluu/cleaner/plain"
)

var packedForms = []corpus.Form{
	{Format: "jsonl"}, {Format: "jsonl", Compress: "gz"}, {Format: "jsonl", Compress: "zst"}, {Format: "parquet"}, {Format: "parquet", With: corpus.Withs},
}

// encoded writes records as one file.
func encoded(t failer, form corpus.Form, records ...corpus.Record) []byte {
	t.Helper()
	var out bytes.Buffer
	w := form.Stream(&out)
	for _, r := range records {
		if err := w.Put(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type failer interface {
	Helper()
	Fatal(...any)
}

// counted is how many articles a file holds.
func counted(t *testing.T, name string, content []byte) (int, error) {
	t.Helper()
	return countAt(t, filepath.Join(t.TempDir(), name), content)
}

func countAt(t *testing.T, path string, content []byte) (int, error) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	return corpus.Count(path, file)
}

func nameOf(form corpus.Form) string {
	if form.Compress == "" {
		return "vov." + form.Format
	}
	return "vov." + form.Format + "." + form.Compress
}

// drawnRecord is any record: fields that are there and not, texts of anything.
func drawnRecord(t *rapid.T) corpus.Record {
	text := func(name string) string {
		return rapid.OneOf(rapid.SampledFrom([]string{"", "", "Đường Nguyễn Huệ", "x\x00y", "\u202eabc\u2028", "<b>&amp;</b>", "\x1b[31m", strings.Repeat("dài ", 100)}), rapid.String()).Draw(t, name)
	}
	texts := func(name string) (list []string) {
		for range rapid.IntRange(0, 2).Draw(t, name) {
			list = append(list, text(name))
		}
		return list
	}
	at := func(name string) time.Time {
		return time.UnixMilli(rapid.Int64Range(-1e12, 4e12).Draw(t, name))
	}
	r := corpus.Record{Chosen: corpus.Chosen{
		Page: "vov/" + text("page"), Version: rapid.IntRange(1, 1<<31-1).Draw(t, "version"), State: capture.Live, Digest: text("digest"),
		Captured: corpus.Moment{Time: at("captured")}, FirstSeen: corpus.Moment{Time: at("first")}, LastSeen: corpus.Moment{Time: at("last")},
	}, Article: cleaner.Article{
		Site: "vov", URL: text("url"), ID: cleaner.Text(text("id")), Language: cleaner.Text(text("language")), Title: cleaner.Text(text("title")),
		Lead: cleaner.Text(text("lead")), Byline: cleaner.Text(text("byline")), Source: cleaner.Text(text("source")),
		Section: texts("section"), Tags: texts("tags"), Captions: texts("captions"), Text: text("text"), Layout: "x", Cleaner: "vov/1", Notes: texts("notes"),
	}}
	if rapid.Bool().Draw(t, "dated") {
		r.Article.Published = cleaner.Time{Time: at("published").Truncate(time.Second)}
	}
	for range rapid.IntRange(0, 2).Draw(t, "blocks") {
		r.Article.Body = append(r.Article.Body, cleaner.Block{Kind: cleaner.Live, Time: text("time"), Speaker: text("speaker"), Text: text("block")})
		r.Article.Images = append(r.Article.Images, cleaner.Image{URL: text("image"), Caption: cleaner.Text(text("caption"))})
		r.Article.Related = append(r.Article.Related, cleaner.Related{URL: text("related"), Title: text("related")})
	}
	return r
}

// Whatever an article holds, Parquet says what the JSON line says, field by field: null where
// that has null, and the same moments.
func TestTableSaysWhatTheLineSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var records []corpus.Record
		for range rapid.IntRange(0, 3).Draw(t, "records") {
			records = append(records, drawnRecord(t))
		}
		table, lines := encoded(t, corpus.Form{Format: "parquet"}, records...), encoded(t, corpus.Form{Format: "jsonl"}, records...)
		rows := parquet.NewGenericReader[map[string]any](bytes.NewReader(table), parquetSchema(t, table))
		defer rows.Close()
		for line := range bytes.Lines(lines) {
			var want map[string]any
			if err := json.Unmarshal(line, &want); err != nil {
				t.Fatal(err)
			}
			row := []map[string]any{{}}
			if n, err := rows.Read(row); n != 1 {
				t.Fatal(n, err)
			}
			if diff := cmp.Diff(comparable(want), comparable(row[0])); diff != "" {
				t.Fatal(diff)
			}
		}
		if n, err := rows.Read([]map[string]any{{}}); n != 0 || err != io.EOF { //nolint:errorlint // io.EOF itself
			t.Fatal(n, err)
		}
	})
}

func parquetSchema(t failer, table []byte) *parquet.Schema {
	t.Helper()
	file, err := parquet.OpenFile(bytes.NewReader(table), int64(len(table)))
	if err != nil {
		t.Fatal(err)
	}
	return file.Schema()
}

// comparable brings what JSON and Parquet read to one form: moments to the second, no field
// without a value, lists as they are.
func comparable(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if list, ok := v["list"].([]any); ok && len(v) == 1 { // as Parquet has lists
			return comparable(list)
		}
		out := map[string]any{}
		for name, value := range v {
			if slices.Contains([]string{"published", "modified", "captured", "first_seen", "last_seen"}, name) {
				value = second(value)
			}
			if value = comparable(value); value != nil {
				out[name] = value
			}
		}
		if element, ok := out["element"]; ok && len(out) == 1 {
			return element
		}
		return out
	case []any:
		if len(v) == 0 {
			return nil
		}
		out := []any{}
		for _, value := range v {
			out = append(out, comparable(value))
		}
		return out
	case string:
		return v
	case []byte:
		return comparable(string(v))
	case float64:
		return int64(v)
	case int32:
		return int64(v)
	}
	return v
}

// second is the second of a moment.
func second(v any) any {
	switch v := v.(type) {
	case string:
		at, err := time.Parse(time.RFC3339, v)
		if err != nil {
			return err.Error()
		}
		return at.Unix()
	case int64:
		return time.UnixMilli(v).Unix()
	}
	return v
}

// What the text holds besides stands behind it; what an article has not is left out.
func TestWith(t *testing.T) {
	full := cleaner.Article{Text: "Tin\n\nBài.", Captions: []string{"Ảnh một.", "Ảnh hai."}, Byline: "A. Nguyễn", Source: "TTXVN"}
	for _, tt := range []struct {
		with    []string
		article cleaner.Article
		want    string
	}{
		{nil, full, "Tin\n\nBài."},
		{[]string{"byline"}, full, "Tin\n\nBài.\n\nA. Nguyễn"},
		{[]string{"byline", "captions", "source"}, full, "Tin\n\nBài.\n\nẢnh một.\n\nẢnh hai.\n\nA. Nguyễn\n\nTTXVN"},
		{corpus.Withs, cleaner.Article{Text: "Tin"}, "Tin"},
	} {
		var line struct{ Text string }
		if err := json.Unmarshal(encoded(t, corpus.Form{Format: "jsonl", With: tt.with}, corpus.Record{Article: tt.article}), &line); err != nil {
			t.Fatal(err)
		}
		if line.Text != tt.want {
			t.Errorf("%v: %q, not %q", tt.with, line.Text, tt.want)
		}
	}
}

// An article of 50 MB with a title of 1 MB.
func TestHugeArticle(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector takes long over 50 MB, and nothing runs beside")
	}
	huge := corpus.Record{Article: cleaner.Article{
		Title: cleaner.Text(strings.Repeat("Tiêu đề ", 100<<10)), Text: strings.Repeat("Một câu dài. ", 3<<20),
	}}
	for _, form := range []corpus.Form{{Format: "jsonl"}, {Format: "parquet"}} {
		content := encoded(t, form, corpus.Record{}, huge, corpus.Record{})
		if n, err := counted(t, nameOf(form), content); n != 3 || err != nil {
			t.Errorf("%v: %d articles, %v", form, n, err)
		}
		if form.Format == "parquet" && len(content) > 1<<20 { // no bound or statistic repeats a text
			t.Errorf("%v: %d bytes", form, len(content))
		}
	}
}

// A table of many articles takes no more memory than one of some.
func TestTableMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("memory is another one under the race detector")
	}
	for name, article := range map[string]func(text string) cleaner.Article{
		"text": func(text string) cleaner.Article {
			return cleaner.Article{Text: text, Body: []cleaner.Block{{Text: text}}}
		},
		"links": func(text string) cleaner.Article {
			return cleaner.Article{Related: []cleaner.Related{{URL: text, Title: text}}}
		},
	} {
		t.Run(name, func(t *testing.T) { testTableMemory(t, article) })
	}
}

func testTableMemory(t *testing.T, article func(text string) cleaner.Article) {
	var r corpus.Record
	var text [3 << 10]byte
	random := rand.NewChaCha8([32]byte{})
	w := corpus.Form{Format: "parquet"}.Stream(io.Discard)
	var before, after runtime.MemStats
	for i := range 30_000 { // 120 MB of text, twice
		random.Read(text[:])
		r.Article = article(base64.StdEncoding.EncodeToString(text[:]))
		r.Page = fmt.Sprintf("vov/%d", i)
		if err := w.Put(r); err != nil {
			t.Fatal(err)
		}
		if i == 10_000 {
			readHeap(&before)
		}
	}
	readHeap(&after)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if after.HeapAlloc > before.HeapAlloc+32<<20 {
		t.Errorf("%d MB of heap, after a third of it %d MB", after.HeapAlloc>>20, before.HeapAlloc>>20)
	}
}

// readHeap reads what is in use, without what pools keep: the second collection takes that.
func readHeap(stats *runtime.MemStats) {
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(stats)
}

// Each kind of damage of a file is an error, wherever it is cut.
func TestCount(t *testing.T) {
	records := []corpus.Record{{Article: cleaner.Article{Text: strings.Repeat("Một câu. ", 50)}}, {}, {}}
	for _, form := range packedForms {
		content := encoded(t, form, records...)
		if n, err := counted(t, nameOf(form), content); n != 3 || err != nil {
			t.Errorf("%v: %d, %v", form, n, err)
		}
		for _, cut := range []int{1, len(content) / 2, len(content) - 1} {
			if n, err := counted(t, nameOf(form), content[:cut]); err == nil {
				t.Errorf("%v cut to %d of %d bytes: %d articles", form, cut, len(content), n)
			}
		}
	}
	for content, want := range map[string]string{
		"{}\nx\n": "line 2 is no JSON object", "[]\n": "line 1 is no JSON object", "{}": "line 1 has no end", "\n": "line 1 is no JSON object", "{}\n{": "line 2 has no end",
	} {
		if _, err := counted(t, "vov.jsonl", []byte(content)); err == nil || err.Error() != want {
			t.Errorf("%q: %v", content, err)
		}
	}
	for name, want := range map[string]int{"a.txt": 1, "README.md": -1, "vov.cdxj": -1, "vov.jsonl": 0} {
		if n, err := counted(t, name, nil); n != want || err != nil {
			t.Errorf("%s: %d, %v", name, n, err)
		}
	}
}

// FuzzCount: no file makes it panic, or take long.
func FuzzCount(f *testing.F) {
	for i, form := range packedForms {
		f.Add(i, encoded(f, form, corpus.Record{}, corpus.Record{Article: cleaner.Article{Text: "Tin"}}))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, kind int, content []byte) {
		form := packedForms[max(kind, -kind, 0)%len(packedForms)]
		if n, err := countAt(t, filepath.Join(dir, nameOf(form)), content); err == nil && n < 0 {
			t.Error(n)
		}
	})
}

// A line of a manifest says the same when it is read again, whatever a page's key and address
// hold, and holds nothing that acts on a terminal.
func TestChosenReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawnRecord(t).Chosen
		c.Capture = corpus.Source{Time: c.Captured, URL: rapid.String().Draw(t, "address"), Digest: "sha256:00"}
		b, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if plain.Text(string(b)) != string(b) || bytes.ContainsRune(b, '\n') {
			t.Fatalf("%q", b)
		}
		var got corpus.Chosen
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

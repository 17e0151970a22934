package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// tableOf reads all of a table: a line for each row, "LINE FILE|URL|TIME|SITE", or its error.
func tableOf(t testing.TB, text string) (rows []string, unused []string, err error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "table.csv")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	table, err := openTable(name)
	if err != nil {
		return nil, nil, err
	}
	defer table.close()
	for {
		row, err := table.next()
		if errors.Is(err, io.EOF) {
			return rows, table.unused, nil
		}
		if err != nil {
			return rows, table.unused, err
		}
		said := strings.Join(row.cell[:], "|")
		if row.err != nil {
			said = row.err.Error()
		}
		rows = append(rows, fmt.Sprintf("%d %s", row.line, said))
	}
}

// TestTables: the forms in which people's programs write tables.
func TestTables(t *testing.T) {
	const url = "https://vov.vn/x-post1.vov"
	whole := []string{"2 a.html|" + url + "|2016-06-30|"}
	plain := []string{"1 a.html|" + url + "|2016-06-30|"}
	long := strings.Repeat("x", maxRecord+1)
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"commas":                    {"file,url,time\na.html," + url + ",2016-06-30\n", whole},
		"semicolons":                {"file;url;time\na.html;" + url + ";2016-06-30\n", whole},
		"tabs":                      {"file\turl\ttime\na.html\t" + url + "\t2016-06-30\n", whole},
		"no last line end":          {"file,url,time\na.html," + url + ",2016-06-30", whole},
		"CRLF":                      {"file,url,time\r\na.html," + url + ",2016-06-30\r\n", whole},
		"byte order mark":           {"\ufefffile,url,time\na.html," + url + ",2016-06-30\n", whole},
		"mark and quotes":           {"\ufeff\"file\",\"url\",\"time\"\n\"a.html\",\"" + url + "\",\"2016-06-30\"\n", whole},
		"other names and order":     {"Date;Address;PATH\n2016-06-30;" + url + ";a.html\n", whole},
		"blanks":                    {" file , url , time\n a.html , " + url + " , 2016-06-30 \n", whole},
		"semicolons in an address":  {"file,url,time\na.html,https://vov.vn/x;y;z-post1.vov,2016-06-30\n", []string{"2 a.html|https://vov.vn/x;y;z-post1.vov|2016-06-30|"}},
		"commas in an address":      {"file;url;time\na.html;https://vov.vn/x,y-post1.vov;2016-06-30\n", []string{"2 a.html|https://vov.vn/x,y-post1.vov|2016-06-30|"}},
		"no header":                 {"a.html," + url + ",2016-06-30\n", plain},
		"no header, semicolons":     {"a.html;" + url + ";2016-06-30\n", plain},
		"no header, tabs":           {"a.html\t" + url + "\t2016-06-30\n", plain},
		"no header, commas in name": {"Mưa, lũ.html\t" + url + "\t2016-06-30\n", []string{"1 Mưa, lũ.html|" + url + "|2016-06-30|"}},
		"files alone":               {"a.html\nb.html\n", []string{"1 a.html|||", "2 b.html|||"}},
		"a column of files":         {"file\na.html\n", []string{"2 a.html|||"}},
		"short rows, empty rows":    {"file,url,time\na.html\n,,\n\nb.html,,\n", []string{"2 a.html|||", "5 b.html|||"}},
		"excel's line":              {"sep=;\nfile;url;time\na.html;" + url + ";2016-06-30\n", []string{"3 a.html|" + url + "|2016-06-30|"}},
		"lines within quotes":       {"note,file\n\"one\ntwo\n\",a.html\nx,b.html\n", []string{"2 a.html|||", "5 b.html|||"}},
		"quotes within quotes":      {"file\n\"a \"\"b\"\", c.html\"\n", []string{`2 a "b", c.html|||`}},
		"quotes in a cell":          {"note,file\n5\" x 7\",a.html\n", []string{"2 a.html|||"}},
		"an open quote":             {"note,file\n\"one,a.html\nx,b.html\n", []string{"2 a quote that is not closed", "3 b.html|||"}},
		"a stray quote":             {"note,file\n\"one\" two,a.html\nx,b.html\n", []string{"2 text behind a closing quote", "3 b.html|||"}},
		"tabs and quotes":           {"note\tfile\n\"one\ta.html\nx \"y\" z\t\"b \"\"c\"\".html\"\n", []string{"2 a.html|||", `3 b "c".html|||`}},
		"a long line":               {"file,url\na.html," + long + "\nb.html,\n", []string{"2 longer than 1.0 MB", "3 b.html|||"}},
		"a long line in quotes":     {"note,file\n\"one\n" + long + "\nx,b.html\n", []string{"2 a quote that is not closed", "3 longer than 1.0 MB", "4 b.html|||"}},
	} {
		if got, _, err := tableOf(t, test.text); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: %.200q, %v; want %.200q", name, got, err, test.want)
		}
	}
}

// TestNoTables: what is no table is refused as a whole, in words that help.
func TestNoTables(t *testing.T) {
	wide := utf16.Encode([]rune("file,url\na.html,x\n"))
	little, big := []byte("\xff\xfe"), []byte("\xfe\xff")
	for _, u := range wide {
		little, big = append(little, byte(u), byte(u>>8)), append(big, byte(u>>8), byte(u))
	}
	for name, test := range map[string]struct{ text, want string }{
		"UTF-16":         {string(little), "is in UTF-16"},
		"UTF-16, big":    {string(big), "is in UTF-16"},
		"UTF-16, bare":   {string(little[2:]), "zero byte"},
		"Windows-1258":   {"file,url\nm\xf0\xec.html,x\n", "is not in UTF-8: line 2"},
		"cut in a rune":  {"file\nm\xc6", "is not in UTF-8: line 2"},
		"in the middle":  {"file\n" + strings.Repeat("mưa.html\n", 20_000) + "\xc6\n", "is not in UTF-8: line 20002"},
		"a workbook":     {"PK\x03\x04\x14\x00", "is a workbook"},
		"a picture":      {"\x89PNG\r\n\x1a\n", "is not in UTF-8"},
		"a zero byte":    {"file\na\x00.html\n", "line 2 holds a zero byte"},
		"nothing":        {"", "is empty"},
		"blank":          {"\n\n \n", "is empty"},
		"an old Mac's":   {"file,url\ra.html,x\r", "in CR alone"},
		"a page":         {"<!doctype html>\n<p>a\n", "is no table of pages"},
		"other names":    {"tệp,địa chỉ\na.html,x\n", `is no table of pages: line 1 begins with "tệp"`},
		"without a file": {"url,time\nx,y\n", "has no column file or path"},
		"two times":      {"file,time,date\n", `two columns for the time: "time" and "date"`},
		"a long header":  {"file," + strings.Repeat("x", maxRecord), "line 1: longer than"},
	} {
		if got, _, err := tableOf(t, test.text); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %.200q, %v; want %q", name, got, err, test.want)
		}
	}
}

// TestTableBounded: of a long table little is held.
func TestTableBounded(t *testing.T) {
	const tableRows = 100_000
	var text bytes.Buffer
	text.WriteString("file,url\n")
	for i := range tableRows {
		fmt.Fprintf(&text, "pages/%d.html,https://vov.vn/xa-hoi/mua-lon-o-mien-trung-post%d.vov\n", i, i)
	}
	name := filepath.Join(t.TempDir(), "table.csv")
	if err := os.WriteFile(name, text.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	text = bytes.Buffer{}
	held := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := held()
	table, err := openTable(name)
	if err != nil {
		t.Fatal(err)
	}
	defer table.close()
	rows := 0
	for ; ; rows++ {
		row, err := table.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		it := importItem{tablePlace: tablePlace{Line: row.line}, local: row.cell[columnFile], said: table.fingerprint(fileFlags{url: row.cell[columnURL]})}
		table.see(it)
		table.imported(it)
	}
	const most = 8 << 20 // some 60 bytes a file, for no file to be taken twice
	if after := held(); rows != tableRows || after > before+most {
		t.Errorf("%d rows, %s more memory", rows, size(int64(after-before)))
	}
	runtime.KeepAlive(table)
}

// TestTableNames: names as other systems write them, and links that lead out.
func TestTableNames(t *testing.T) {
	dir := t.TempDir()
	inside := filepath.Join(dir, "in")
	for _, file := range []string{"in/sub/a.html", "in/mưa.html", "in/lu\u0303.html", "outside.html"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, file), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("../outside.html", filepath.Join(inside, "link.html")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(inside, "t.csv"), []byte("file\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		`sub\a.html`: "", "./sub/./a.html": "", "sub/../sub/a.html": "", "mu\u031ba.html": "", "l\u0169.html": "",
		"link.html": "cannot be read", "../outside.html": "is outside", `..\outside.html`: "is outside", "sub/../../outside.html": "is outside", "/etc/passwd": "is outside",
		".": "is a folder", "sub": "is a folder", "no.html": "there is no such file", "t.csv": "is the table itself", "t.csv/a.html": "cannot be read", strings.Repeat("a", 5000): "cannot be read",
	} {
		table, err := openTable(filepath.Join(inside, "t.csv"))
		if err != nil {
			t.Fatal(err)
		}
		item, err := table.item(tableRow{line: 2, cell: [columns]string{name}})
		if want == "" && err == nil {
			var file *os.File
			if file, err = item.open(); err == nil {
				file.Close()
			}
		}
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", name, err, want)
		}
		table.close()
	}
}

// TestImportPacked: a page that was packed to be stored, and what unpacks without end.
func TestImportPacked(t *testing.T) {
	dir := t.TempDir()
	packed := func(name string, text []byte, cut int) string {
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
		z.Write(text)
		z.Close()
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, b.Bytes()[:b.Len()-cut], 0o644); err != nil {
			t.Fatal(err)
		}
		return name
	}
	for _, test := range []struct{ file, want string }{
		{packed("a.html.gz", []byte("<title>x</title>"), 9), "unpack: unexpected EOF"},
		{packed("b.HTML.GZ", make([]byte, 40<<20), 0), "unpacks to more than 33.6 MB"},
		{packed("c.txt.gz", nil, 0), "the file is empty"},
	} {
		if _, err := (fileFlags{}).read(t.Context(), test.file); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.file, err, test.want)
		}
	}
	p, err := fileFlags{}.read(t.Context(), packed("d.html.gz", []byte("<title>x</title>"), 0))
	if err != nil || string(p.page.Body) != "<title>x</title>" || p.page.ContentType != "text/html" {
		t.Errorf("%+v, %v", p, err)
	}
	p.turn.Leave()
}

func FuzzTable(f *testing.F) {
	for _, seed := range []string{"file,url\na.html,x\n", "sep=;\nfile;url\n\"a\nb\";x\n", "a.html\tx\n\"b\n", "\ufefffile\n\"\"\"\n", "file\n\r\n\"a\"b\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rows, _, err := tableOf(t, text)
		if err != nil && rows != nil {
			t.Fatal("an error and rows")
		}
		if len(rows) > strings.Count(text, "\n")+1 {
			t.Fatalf("%d rows of %q", len(rows), text)
		}
	})
}

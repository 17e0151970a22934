package corpus_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/corpus"
	"baoluu/archive/corpus/textform"
	"baoluu/cleaner"
)

const agency = "Sáng nay, xã Hoà Khê khởi công thư viện rộng 320 m2 với kinh phí 2,4 tỷ đồng do bà con xa quê đóng góp. Ông Phan Đình Quảng cho biết công trình sẽ mở cửa trước năm học mới, phục vụ học sinh của ba trường trong vùng và người dân các xã lân cận đến đọc sách miễn phí."

// sameArticles is an archive of two newspapers, three of whose articles are the same.
func sameArticles(t *testing.T) *archive.Archive {
	t.Helper()
	arch, err := archive.Create(filepath.Join(t.TempDir(), "archive"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []struct{ site, key, title, text, published string }{
		{"baotintuc", "1", "Khởi công thư viện xã Hòa Khê", agency, "2026-05-02 08:00"},
		{"baotintuc", "2", "Một tin khác", "Chuyện này không dính dáng gì tới thư viện, và cũng chẳng ai chép lại.", "2026-05-02 09:00"},
		{"vov", "7", "Hòa Khê có thư viện", agency + " Lễ khởi công có đông đủ bà con.", "2026-05-02 10:00"},
		{"vov", "8", "Thư viện mới ở Hòa Khê", agency, "2026-05-02 07:00"},
	} {
		a := cleaner.Article{
			Site: p.site, URL: "https://example/" + p.key, Cleaner: p.site + "/1", Language: "vi", Title: cleaner.Text(p.title), Text: p.title + "\n\n" + p.text,
			Section: []string{"Xã hội"}, Body: []cleaner.Block{{Kind: cleaner.Paragraph, Text: p.text}}, Published: cleaner.Time{Time: moment(t, p.published)},
		}
		_, err := arch.Commit(context.Background(), p.site, capture.Batch{Kept: []capture.Kept{{
			Capture: capture.Capture{Page: p.key, URL: a.URL, Time: moment(t, "2026-05-03 00:00"), Kind: capture.Resource, State: capture.Live},
			Body:    []byte(a.Text), Article: &a,
		}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	return arch
}

// lines are the JSON lines of both newspapers, read.
func lines(t *testing.T, arch *archive.Archive, form corpus.Form, want corpus.Selection) (list []corpus.Line) {
	t.Helper()
	var out bytes.Buffer
	w := form.Stream(&out)
	for _, site := range []string{"baotintuc", "vov"} {
		if _, err := corpus.Choose(context.Background(), viewOf(t, arch, site), site, want, w.Put); err != nil {
			t.Fatal(err)
		}
	}
	for d := json.NewDecoder(&out); ; {
		var l corpus.Line
		if err := d.Decode(&l); err == io.EOF {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, l)
	}
}

func viewOf(t *testing.T, arch *archive.Archive, site string) *archive.View {
	t.Helper()
	view, err := arch.View(context.Background(), site)
	if err != nil {
		t.Fatal(err)
	}
	return view
}

func TestDuplicates(t *testing.T) {
	arch := sameArticles(t)
	for keep, want := range map[corpus.Keep][]string{
		corpus.KeepAll:      {"baotintuc/1 vov/8 3", "baotintuc/2 baotintuc/2 1", "vov/7 vov/8 3", "vov/8 vov/8 3"},
		corpus.KeepEarliest: {"baotintuc/2 baotintuc/2 1", "vov/8 vov/8 3"},
		corpus.KeepLongest:  {"baotintuc/2 baotintuc/2 1", "vov/7 vov/8 3"},
	} {
		var same corpus.Duplicates
		for _, site := range []string{"vov", "baotintuc"} { // in any order
			_, err := corpus.Choose(context.Background(), viewOf(t, arch, site), site, corpus.Selection{}, func(r corpus.Record) error {
				same.Add(r)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		for _, l := range lines(t, arch, corpus.Form{Format: "jsonl"}, corpus.Selection{Filters: []corpus.Filter{same.Filter(keep)}}) {
			got = append(got, fmt.Sprintf("%s %s %d", l.Page, l.Cluster, *l.ClusterSize))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", keep, diff)
		}
	}
	if l := lines(t, arch, corpus.Form{Format: "jsonl"}, corpus.Selection{})[0]; l.Cluster != "" || l.ClusterSize != nil || l.Topic != "society" || l.Words < 50 {
		t.Errorf("%+v", l)
	}
}

// All texts are written in a form, and what is said of an article is not changed by it.
func TestTextForm(t *testing.T) {
	arch := sameArticles(t)
	plain := lines(t, arch, corpus.Form{Format: "jsonl"}, corpus.Selection{})[0]
	for form, title := range map[textform.Form]string{
		textform.NFC: "Khởi công thư viện xã Hòa Khê", textform.Old: "Khởi công thư viện xã Hòa Khê", textform.New: "Khởi công thư viện xã Hoà Khê", textform.Fold: "khoi cong thu vien xa hoa khe",
	} {
		l := lines(t, arch, corpus.Form{Format: "jsonl", Text: form}, corpus.Selection{})[0]
		body, section := form.Apply(agency), form.Apply("Xã hội")
		if string(l.Title) != title || l.Body[0].Text != body || !strings.HasSuffix(l.Text, body) || l.Section[0] != section {
			t.Errorf("%s: %+v", form, l)
		}
		if l.Digest != plain.Digest || l.Topic != plain.Topic || l.Words != plain.Words {
			t.Errorf("%s changes what is said of an article", form)
		}
	}
}

package card_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"baoluu/archive/corpus"
	"baoluu/archive/corpus/card"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// sample is a corpus of two newspapers; one is empty but for what was left out.
func sample() card.Corpus {
	c := card.Corpus{
		Program: "baoluu/1.0", Command: "baoluu export --format jsonl --out FOLDER --where '!generic'", Format: "jsonl", Line: corpus.Line{},
		Cleaners: []string{"dantri/0123", "vov/4567"}, Considered: 1250, LeftOut: []card.LeftOut{{"where !generic", 3}, {"dedup", 7}},
		Newspapers: []card.Newspaper{{"dantri", "Dân trí", &card.Counts{}}, {"vov", "VOV & bạn", &card.Counts{}}},
	}
	for i := range 1240 {
		a := card.Article{
			Day: time.Date(2024, 1, 1+i%800, 8, 0, 0, 0, time.UTC), Words: i * 3, Language: []string{"vi", "vi", "vi", "en", ""}[i%5],
			Topic: []string{"society", "sport", ""}[i%3],
		}
		if i%4 == 0 {
			a.Labels = []string{"short", "missing-source"}
		}
		c.Newspapers[i%2].Add(a)
	}
	return c
}

func TestCard(t *testing.T) {
	for _, f := range sample().Files() {
		golden := filepath.Join("testdata", filepath.Base(f.Path))
		if *update {
			if err := os.WriteFile(golden, f.Data, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if diff := cmp.Diff(string(want), string(f.Data)); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", f.Path, err, diff)
		}
		if strings.HasSuffix(f.Path, ".svg") {
			for d := xml.NewDecoder(strings.NewReader(string(f.Data))); ; {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("%s: %v", f.Path, err)
				}
			}
		}
	}
}

// front is what programs read of a card.
type front struct {
	License string
	Configs []struct {
		Name    string `yaml:"config_name"`
		Default bool
		By      string                         `yaml:"sample_by"`
		Files   []struct{ Split, Path string } `yaml:"data_files"`
	}
	Info struct {
		Features []struct{ Name, Dtype string }
	} `yaml:"dataset_info"`
}

func frontOf(t *testing.T, c card.Corpus) (f front) {
	t.Helper()
	_, after, _ := strings.Cut(string(c.Files()[0].Data), "---\n")
	text, _, _ := strings.Cut(after, "---\n")
	if err := yaml.Unmarshal([]byte(text), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// The front matter names the files of each form, and all fields of its lines.
func TestFront(t *testing.T) {
	paths := func(c card.Corpus) (list []string) {
		for _, config := range frontOf(t, c).Configs {
			for _, f := range config.Files {
				list = append(list, config.Name+" "+f.Split+" "+f.Path)
			}
		}
		return list
	}
	c := sample()
	if diff := cmp.Diff([]string{"default train *.jsonl"}, paths(c)); diff != "" {
		t.Error(diff)
	}
	c.Compress, c.Shards = "zst", true
	if diff := cmp.Diff([]string{"default train *-[0-9][0-9][0-9][0-9][0-9].jsonl.zst"}, paths(c)); diff != "" {
		t.Error(diff)
	}
	c.Format, c.Compress = "parquet", ""
	if diff := cmp.Diff([]string{"default train *-[0-9][0-9][0-9][0-9][0-9].parquet", "dantri train dantri-[0-9][0-9][0-9][0-9][0-9].parquet", "vov train vov-[0-9][0-9][0-9][0-9][0-9].parquet"}, paths(c)); diff != "" {
		t.Error(diff)
	}
	c = card.Corpus{Format: "txt", Line: corpus.Line{}, Newspapers: []card.Newspaper{{"vov", "VOV", &card.Counts{}}}}
	c.Newspapers[0].Add(card.Article{Part: "test"})
	if diff := cmp.Diff([]string{"default test */test/*/*/*.txt", "vov test vov/test/*/*/*.txt"}, paths(c)); diff != "" {
		t.Error(diff)
	}
	if f := frontOf(t, c); f.License != "other" || !f.Configs[0].Default || f.Configs[0].By != "document" {
		t.Errorf("%+v", f)
	}
	features := map[string]string{}
	for _, f := range frontOf(t, sample()).Info.Features {
		features[f.Name] = f.Dtype
	}
	if len(features) < 40 || features["words"] != "int64" || features["published"] != "string" || features["cluster_size"] != "int64" {
		t.Errorf("features %v", features)
	}
}

// What a page says leaves its cell of the card no more than its line of the front matter.
func TestHostileNames(t *testing.T) {
	const hostile = "vi\nlicense: mit\n| x | `y"
	c := sample()
	c.Newspapers[0].Add(card.Article{Language: hostile})
	c.Cleaners, c.LeftOut[0].Filter = []string{hostile}, hostile
	text := string(c.Files()[0].Data)
	if f := frontOf(t, c); f.License != "other" || strings.Count(text, "\nlicense:") != 1 || strings.Contains(text, "| x |") || strings.Contains(text, "`y") {
		t.Error(text)
	}
}

// Each field of a line is explained.
func TestFieldsAreExplained(t *testing.T) {
	text := string(sample().Files()[0].Data)
	for line := range strings.Lines(text) {
		if cells := strings.Split(line, " | "); strings.HasPrefix(line, "| `") && len(cells) == 3 && strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(cells[2]), "|")) == "" {
			t.Errorf("not explained: %s", line)
		}
	}
	if reflect.TypeOf(corpus.Line{}).NumField() < 10 || !strings.Contains(text, "| `cluster_size` | number | pages that printed it |") {
		t.Error("the table lacks fields")
	}
}

// TestFrontOfManyNewspapers: each newspaper's files are its own, and its name is a text, whatever it is.
func TestFrontOfManyNewspapers(t *testing.T) {
	names := []string{"b", "bao", "bao-24h", "bao-moi", "no", "y", "true", "null"}
	c := card.Corpus{Format: "parquet", Shards: true, Line: corpus.Line{}}
	for _, name := range names {
		c.Newspapers = append(c.Newspapers, card.Newspaper{Name: name, Title: "Báo", Counts: &card.Counts{}})
		c.Newspapers[len(c.Newspapers)-1].Add(card.Article{Language: "no"})
	}
	if text := string(c.Files()[0].Data); !strings.Contains(text, "- config_name: \"no\"\n") || !strings.Contains(text, "- \"no\"\n") {
		t.Error(text)
	}
	for _, config := range frontOf(t, c).Configs[1:] {
		for _, name := range names {
			if fits, err := filepath.Match(config.Files[0].Path, name+"-00001.parquet"); err != nil || fits != (name == config.Name) {
				t.Errorf("%s: %s %s, %v", config.Name, config.Files[0].Path, name, err)
			}
		}
	}
}

package web

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"math"
	"path"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
)

//go:embed words/*.yaml
var wordFiles embed.FS

//go:embed parts/*.html pages/*.html
var templateFiles embed.FS

// A word says one thing in each language, by its code. Its blanks are %s; of what is counted
// English has "one" and "other", parted by a bar: "%s page|%s pages".
type word map[string]string

// loadWords reads all words by their keys.
func loadWords() (map[string]word, error) {
	words := map[string]word{}
	files, err := fs.Glob(wordFiles, "words/*.yaml")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		b, err := wordFiles.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var of map[string]word
		if err := yaml.Unmarshal(b, &of); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for key, w := range of {
			if _, twice := words[key]; twice {
				return nil, fmt.Errorf("%s: %s is there twice", file, key)
			}
			words[key] = w
		}
	}
	return words, nil
}

// texts are the templates and the words of one language.
type texts struct {
	lang  string
	words map[string]word
	pages map[string]*template.Template // by name
}

// loadTexts reads the templates once for each language.
func (s *Server) loadTexts() (map[string]*texts, error) {
	words, err := loadWords()
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(templateFiles, "pages/*.html")
	if err != nil {
		return nil, err
	}
	parts, err := fs.Glob(templateFiles, "parts/*.html")
	if err != nil {
		return nil, err
	}
	all := map[string]*texts{}
	for _, lang := range languages {
		t := &texts{lang: lang, words: words, pages: map[string]*template.Template{}}
		shared := template.New("").Funcs(s.funcs(t))
		for _, file := range parts {
			if err := t.parse(shared, file); err != nil {
				return nil, err
			}
		}
		for _, file := range files {
			page, err := shared.Clone()
			if err != nil {
				return nil, err
			}
			if err := t.parse(page, file); err != nil {
				return nil, err
			}
			t.pages[strings.TrimSuffix(path.Base(file), ".html")] = page
		}
		all[lang] = t
	}
	return all, nil
}

// saidAlone is a word without blanks, as most are.
var saidAlone = regexp.MustCompile(`\{\{t "([^"]+)"\}\}`)

// parse adds a file to templates. Words that have no blanks are put in here, not for each
// reader anew: that takes a third less time.
func (t *texts) parse(into *template.Template, file string) error {
	b, err := templateFiles.ReadFile(file)
	if err != nil {
		return err
	}
	source := saidAlone.ReplaceAllStringFunc(string(b), func(call string) string {
		if text, there := t.words[saidAlone.FindStringSubmatch(call)[1]][t.lang]; there && !strings.Contains(text, "{{") {
			return template.HTMLEscapeString(text)
		}
		return call // which says what is wrong
	})
	_, err = into.New(path.Base(file)).Parse(source)
	return err
}

// t says a word, its blanks filled: numbers as the language writes them.
func (t *texts) t(key string, args ...any) (string, error) {
	text, there := t.words[key][t.lang]
	if !there {
		return "", fmt.Errorf("no word %s in %s", key, t.lang)
	}
	if len(args) == 0 {
		return text, nil
	}
	return fmt.Sprintf(text, t.written(args)...), nil
}

// n says how many there are of something: the count is the first blank.
func (t *texts) n(key string, count int, args ...any) (string, error) {
	text, there := t.words[key][t.lang]
	if !there {
		return "", fmt.Errorf("no word %s in %s", key, t.lang)
	}
	if one, other, two := strings.Cut(text, "|"); two {
		if text = other; count == 1 {
			text = one
		}
	}
	return fmt.Sprintf(text, t.written(append([]any{count}, args...))...), nil
}

// written has numbers as the language writes them.
func (t *texts) written(args []any) []any {
	out := make([]any, len(args))
	for i, arg := range args {
		switch arg := arg.(type) {
		case int:
			out[i] = t.num(arg)
		case int64:
			out[i] = t.num(int(arg))
		case uint64:
			out[i] = t.num(int(min(arg, math.MaxInt)))
		default:
			out[i] = arg
		}
	}
	return out
}

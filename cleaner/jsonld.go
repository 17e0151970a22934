package cleaner

import (
	"encoding/json"
	"regexp"
	"strings"
)

// linked is what the JSON-LD of a page says of its article.
type linked struct {
	Headline    string
	Published   string
	Modified    string
	Authors     []string
	Section     []string
	Keywords    []string
	Body        string
	Breadcrumbs []string // of the page, home left out
	Addresses   []string // of the article, as written: url, @id, mainEntityOfPage
	Broken      bool     // a script that could not be read, even mended, or not all
}

// maxDepth bounds how deep JSON-LD is followed; real graphs nest three deep.
const maxDepth = 8

// maxValues bounds the values in all scripts of a page, for each takes some hundred bytes. Of 712
// pages the worst has 1,896.
const maxValues = 100_000

// valuesIn counts the values of a JSON text, and what looks like some in its strings.
func valuesIn(text string) (n int) {
	for _, mark := range []string{",", ":", "[", "{"} {
		n += strings.Count(text, mark)
	}
	return n
}

// readLinked reads the page's JSON-LD scripts: objects, arrays, @graph, arrays
// of one-element arrays; broken ones are mended where a comma or a bare line
// break is all that is wrong.
func readLinked(scripts []string) linked {
	var l linked
	values := 0
	for _, script := range scripts {
		if values += valuesIn(script); values > maxValues {
			l.Broken = true
			break
		}
		value, ok := parseLinked(script)
		if !ok {
			l.Broken = true
			continue
		}
		l.gather(value, 0)
	}
	return l
}

func parseLinked(script string) (any, bool) {
	script = strings.TrimSpace(script)
	for _, wrap := range [][2]string{{"<!--", "-->"}, {"//<![CDATA[", "//]]>"}, {"/*<![CDATA[*/", "/*]]>*/"}, {"<![CDATA[", "]]>"}} {
		if inner, ok := strings.CutPrefix(script, wrap[0]); ok {
			script = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(inner), wrap[1]))
		}
	}
	script = strings.TrimRight(script, "; \n\t")
	var value any
	if json.Unmarshal([]byte(script), &value) == nil {
		return value, true
	}
	if json.Unmarshal([]byte(mendJSON(script)), &value) == nil {
		return value, true
	}
	return nil, false
}

var trailingComma = regexp.MustCompile(`,(\s*[}\]])`)

// mendJSON escapes control characters inside strings and drops commas before a
// closing bracket.
func mendJSON(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	inside, escaped := false, false
	for _, r := range s {
		switch {
		case escaped:
			escaped = false
		case r == '\\':
			escaped = inside
		case r == '"':
			inside = !inside
		case inside && r < ' ':
			b.WriteByte(' ')
			continue
		}
		b.WriteRune(r)
	}
	return trailingComma.ReplaceAllString(b.String(), "$1")
}

func (l *linked) gather(value any, depth int) {
	if depth > maxDepth {
		return
	}
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			l.gather(item, depth+1)
		}
	case map[string]any:
		if graph, ok := v["@graph"]; ok {
			l.gather(graph, depth+1)
		}
		switch {
		case hasType(v, isArticleType):
			l.article(v)
		case hasType(v, func(t string) bool { return t == "BreadcrumbList" }) && l.Breadcrumbs == nil:
			l.breadcrumbs(v["itemListElement"], 0)
		}
		if main, ok := v["mainEntity"]; ok {
			l.gather(main, depth+1)
		}
	}
}

func isArticleType(t string) bool {
	return strings.HasSuffix(t, "Article") || strings.HasSuffix(t, "BlogPosting") || t == "Report"
}

func hasType(v map[string]any, is func(string) bool) bool {
	for _, t := range texts(v["@type"], 0) {
		if is(t) {
			return true
		}
	}
	return false
}

// article takes over what an earlier object of the page has not said.
func (l *linked) article(v map[string]any) {
	set := func(field *string, key string) {
		if list := texts(v[key], 0); *field == "" && len(list) > 0 {
			*field = list[0]
		}
	}
	set(&l.Headline, "headline")
	set(&l.Published, "datePublished")
	set(&l.Modified, "dateModified")
	set(&l.Body, "articleBody")
	l.Addresses = append(l.Addresses, addressesIn(v)...)
	if main, ok := v["mainEntityOfPage"].(map[string]any); ok {
		l.Addresses = append(l.Addresses, addressesIn(main)...)
	}
	if l.Authors == nil {
		l.Authors = texts(v["author"], 0)
	}
	if l.Section == nil {
		l.Section = texts(v["articleSection"], 0)
	}
	if l.Keywords == nil {
		for _, k := range texts(v["keywords"], 0) {
			l.Keywords = append(l.Keywords, strings.Split(k, ",")...)
		}
	}
}

// addressesIn are the strings by which an object says where it is.
func addressesIn(v map[string]any) (list []string) {
	for _, key := range []string{"url", "@id", "mainEntityOfPage"} {
		if s, ok := v[key].(string); ok {
			list = append(list, s)
		}
	}
	return list
}

func (l *linked) breadcrumbs(value any, depth int) {
	if depth > maxDepth {
		return
	}
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			l.breadcrumbs(item, depth+1)
		}
	case map[string]any:
		name := texts(v["name"], 0)
		if item, ok := v["item"].(map[string]any); ok && len(name) == 0 {
			name = texts(item["name"], 0)
		}
		if len(name) > 0 && !isHome(name[0]) {
			l.Breadcrumbs = append(l.Breadcrumbs, clean(name[0]))
		}
	}
}

// isHome tells the front page's name in a breadcrumb.
func isHome(name string) bool {
	switch strings.ToLower(clean(name)) {
	case "trang chủ", "home", "accueil", "trang nhất", "":
		return true
	}
	return false
}

// texts are the strings of a value: itself, those of a list, the names of
// objects.
func texts(value any, depth int) []string {
	if depth > maxDepth {
		return nil
	}
	switch v := value.(type) {
	case string:
		if strings.TrimSpace(v) != "" {
			return []string{v}
		}
	case []any:
		var list []string
		for _, item := range v {
			list = append(list, texts(item, depth+1)...)
		}
		return list
	case map[string]any:
		return texts(v["name"], depth+1)
	}
	return nil
}

package sites

import (
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// goLayout turns yyyyMMddHHmmss, the form of time that a file has, into Go's; fileLayout turns it back.
var (
	goLayout   = strings.NewReplacer("yyyy", "2006", "yy", "06", "MM", "01", "dd", "02", "HH", "15", "mm", "04", "ss", "05")
	fileLayout = strings.NewReplacer("2006", "yyyy", "06", "yy", "01", "MM", "02", "dd", "15", "HH", "04", "mm", "05", "ss")
)

// Describe is the site's description, whole: what a family says stands in each layout. A Site that
// is made of it is the same.
func (s *Site) Describe() Description {
	d := Description{
		Name: s.Name, Title: s.Title, Home: s.Home, Hosts: s.Hosts, AssetHosts: s.AssetHosts, Languages: s.Languages,
		Closed: s.Closed, Checked: s.Checked, Sources: s.Sources, IDTime: fileLayout.Replace(s.IDTime), JunkQueries: s.JunkQuery,
		Editions: s.Editions, HostLanguages: s.HostLanguages, Suffixes: s.Suffixes, Topics: s.Topics,
		Lists: wholeTexts(s.Lists), Sections: wholeTexts(s.Sections), Utilities: wholeTexts(s.Utilities), Dateline: s.Dateline.String(),
		Text: TextDescription{Furniture: wholeTexts(s.Text.Furniture), Alts: wholeTexts(s.Text.Alts), Tag: s.Text.Tag.String(), End: wholeTexts(s.Text.End)},
	}
	if s.Off {
		d.Enabled = new(bool)
	}
	for _, f := range s.Articles {
		d.Articles = append(d.Articles, Form{Path: wholeText(f.Path), Query: f.Query, Since: f.Since, Hosts: f.Hosts})
	}
	if p := s.ListPages; p != nil {
		d.ListPages = PagingDescription{Address: p.Address, Last: p.Last, Only: wholeText(p.Only)}
	}
	for i := range s.Layouts {
		l := &s.Layouts[i]
		made := LayoutDescription{Name: l.Name, Signed: l.Signed}
		if !l.Since.IsZero() {
			made.Since = l.Since.In(Zone).Format(time.DateOnly)
		}
		for _, f := range made.fields() {
			for _, one := range *f.of(l) {
				*f.texts = append(*f.texts, one.Text)
			}
		}
		d.Layouts = append(d.Layouts, made)
	}
	return d
}

func wholeTexts(list []*Expression) []string {
	var texts []string
	for _, e := range list {
		texts = append(texts, wholeText(e))
	}
	return texts
}

func wholeText(e *Expression) string {
	return strings.TrimSuffix(strings.TrimPrefix(e.String(), wholeBegin), wholeEnd)
}

// Comments are lines of comment by the path of the value above which they stand: "layouts[0].byline".
type Comments map[string][]string

// YAML is the description as a file, which [Read] reads back to the same.
func (d Description) YAML(comments Comments) ([]byte, error) {
	lines := yaml.CommentMap{}
	for path, texts := range comments {
		at := "$"
		if path != "" {
			at += "." + path
		}
		var above []string
		for _, text := range texts {
			above = append(above, " "+strings.Map(plainRune, text))
		}
		lines[at] = []*yaml.Comment{yaml.HeadComment(above...)}
	}
	node, err := yaml.ValueToNode(d, yaml.Indent(2), yaml.IndentSequence(true), yaml.UseSingleQuote(true)) // expressions are full of backslashes
	var text []byte
	if err == nil {
		ast.Walk(quoting{}, node)
		text, err = yaml.MarshalWithOptions(node, yaml.WithComment(lines))
	}
	if err != nil {
		return nil, fmt.Errorf("write newspaper %s: %w", d.Name, err)
	}
	return text, nil
}

// quoting puts texts in quotes that the encoder leaves bare, and readers of YAML take for something else.
type quoting struct{}

func (q quoting) Visit(n ast.Node) ast.Visitor {
	if text, ok := n.(*ast.StringNode); ok && strings.HasPrefix(text.Value, "?") && text.Token.Type != token.DoubleQuoteType {
		text.Token.Type = token.SingleQuoteType
	}
	return q
}

// plainRune keeps a comment in its line, and to be seen as it is, whatever page it quotes.
func plainRune(r rune) rune {
	if isUnseen(r) {
		return ' '
	}
	return r
}

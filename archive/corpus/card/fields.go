package card

import (
	"fmt"
	"reflect"
	"strings"
)

// field is one field of a line, as datasets names its type.
type field struct {
	name   string
	dtype  string  // "string", "int64"
	time   bool    // a text that is a time
	list   bool    // of dtype, or of fields
	fields []field // of an object
}

// fieldsOf are the fields of a struct as it is written as JSON.
func fieldsOf(t reflect.Type) (list []field) {
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			list = append(list, fieldsOf(f.Type)...)
			continue
		case name == "" || name == "-":
			continue
		}
		list = append(list, fieldOf(name, f.Type))
	}
	return list
}

func fieldOf(name string, t reflect.Type) field {
	switch t.Kind() {
	case reflect.Slice:
		of := fieldOf(name, t.Elem())
		of.list = true
		return of
	case reflect.Pointer:
		return fieldOf(name, t.Elem())
	case reflect.Int:
		return field{name: name, dtype: "int64"}
	case reflect.Struct:
		fields := fieldsOf(t)
		return field{name: name, dtype: "string", fields: fields, time: len(fields) == 0} // a time shows no field
	}
	return field{name: name, dtype: "string"}
}

// features writes fields as the front matter has them.
func features(b *strings.Builder, fields []field, indent string) {
	for _, f := range fields {
		fmt.Fprintf(b, "%s- name: %s\n", indent, f.name)
		switch {
		case f.fields != nil && f.list:
			fmt.Fprintf(b, "%s  list:\n", indent)
			features(b, f.fields, indent+"  ")
		case f.list:
			fmt.Fprintf(b, "%s  list: %s\n", indent, f.dtype)
		default:
			fmt.Fprintf(b, "%s  dtype: %s\n", indent, f.dtype)
		}
	}
}

// meanings say what each field is.
var meanings = map[string]string{
	"type": "`article`", "site": "the newspaper", "url": "the address of the page", "id": "the newspaper's own number of it; the key is `page`",
	"language": "as the newspaper says: ISO 639-1", "title": "the headline", "kicker": "a line above it", "lead": "the opening summary", "dateline": "the tag before the lead",
	"byline": "who signed", "source": "the agency line", "published": "when it was published, +07:00", "published_from": "where the page says so",
	"modified": "when the newspaper changed it last", "section": "its sections, from the widest on", "tags": "its tags", "captions": "of pictures and videos",
	"images": "addresses, captions and credits of pictures", "body": "its text in blocks: `kind` (paragraph, subhead, item, quote, row, live, speech) and `text`", "related": "links to related articles",
	"text": "title, lead and body, an empty line between", "layout": "the layout that read the page; `generic` where none fitted", "cleaner": "the cleaner that made the article", "notes": "what is doubtful",
	"page": "SITE/KEY: the page's name in the archive", "version": "which version of the page this is, from 1", "captured": "when this version was captured first",
	"digest": "SHA-256 of the article", "state": "of the page: `live`, `gone` (taken down since) or `blocked`", "first_seen": "when the page was captured first", "last_seen": "when this version was there last",
	"topic": "what it is about, in words that all newspapers share", "text_language": "of the text itself: `vi`, `en`, `fr`, `mixed`", "chars": "characters of the text", "words": "its words, in Vietnamese syllables",
	"boilerplate": "lines that look like no part of an article", "repeated": "lines that stood there before", "labels": "what is doubtful, or missing",
	"cluster": "the page that printed the same article first, its own included; null where duplicates were not looked for", "cluster_size": "pages that printed it",
}

// kind is a field's type in words.
func (f field) kind() string {
	kind := map[string]string{"int64": "number", "string": "text"}[f.dtype]
	switch {
	case f.time:
		kind = "time"
	case f.fields != nil:
		kind = "object"
	}
	if f.list {
		return "list of " + kind + "s"
	}
	return kind
}

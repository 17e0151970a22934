package inert

import (
	"bytes"
	"strconv"

	"golang.org/x/net/html"
)

// mark is the attribute by which what marked found is found again in the tree.
const mark = "data-bl"

const (
	maxCodes = 1000    // style sheets and drawings that stand in a page
	maxCode  = 1 << 20 // bytes of one
)

// code is what stands in a page's style and svg elements. [cleaner.Read] leaves it out of the tree.
type code [][]byte

// marked finds the style sheets and drawings that stand in a page, and gives each element its
// number. Where this reads a page otherwise than a parser does, an element gets no code,
// or another's: each is made inert by itself, wherever it stands.
func marked(body []byte) ([]byte, code) {
	var out bytes.Buffer
	var found code
	z := html.NewTokenizer(bytes.NewReader(body))
	copied, at := 0, 0       // of the body
	drawing, depth := -1, 0  // where the svg that is open begins, and how many are open
	inStyle, number := -1, 0 // where a sheet begins
	enter := func(name string) {
		end := at + 1 + len(name) // behind the name
		out.Write(body[copied:end])
		out.WriteString(" " + mark + `="` + strconv.Itoa(len(found)) + `"`)
		copied = end
		found = append(found, nil)
	}
	take := func(number, from, to int) {
		if to-from <= maxCode {
			found[number] = body[from:to]
		}
	}
	for {
		kind := z.Next()
		size := len(z.Raw())
		if kind == html.ErrorToken || len(found) == maxCodes {
			break
		}
		name, _ := z.TagName()
		switch tag := string(name); {
		case kind == html.TextToken && inStyle >= 0:
			take(number, at, at+size)
			inStyle = -1
		case kind == html.StartTagToken && tag == "style" && depth == 0:
			number, inStyle = len(found), at
			enter(tag)
		case kind == html.StartTagToken && tag == "svg":
			if depth++; depth == 1 {
				drawing = at
				number = len(found)
				enter(tag)
			}
		case kind == html.EndTagToken && tag == "svg" && depth > 0:
			if depth--; depth == 0 {
				take(number, drawing, at+size)
			}
		default:
			inStyle = -1
		}
		at += size
	}
	if copied == 0 {
		return body, nil
	}
	out.Write(body[copied:])
	return out.Bytes(), found
}

// of is the code of an element. It is given once: a page may have written marks of its own,
// as many as it likes.
func (c code) of(n *html.Node) []byte {
	i, err := strconv.Atoi(attr(n, mark))
	if err != nil || i < 0 || i >= len(c) {
		return nil
	}
	found := c[i]
	c[i] = nil
	return found
}

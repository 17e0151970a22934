package inert

import (
	"strings"
	"testing"

	"baoluu/cleaner"
	"baoluu/cleaner/hostile"
)

// TestCosts: what says much in few letters costs by its letters, and is cut short where what is
// written of it would be too much.
func TestCosts(t *testing.T) {
	far := "<base href='https://anh.vov.vn/" + strings.Repeat("a", 1900) + "/'>"
	linked := strings.Replace(far, "anh.", "", 1)
	codes := strings.Repeat("<svg></svg>", maxCodes)
	paths := strings.Repeat("<path d='M0 0'/>", 800)
	for _, tt := range []struct{ name, begin, again string }{
		{"marks of a drawing that the page wrote itself", "<svg>" + paths + "</svg>" + codes, "<svg data-bl=0></svg>"},
		{"marks of a sheet", "<style>" + strings.Repeat("a{b:c}", 2000) + "</style>" + codes, "<style data-bl=0></style>"},
		{"pictures with a long base", far, "<img src=b>"},
		{"links with a long base", linked, "<a href=b>x</a>"},
		{"sheets with a long base", far, "<style>" + strings.Repeat("a{b:url(b)}", 1000) + "</style>"},
		{"style attributes", far + "<style>a{b:c}</style>", "<p style='a:%d;" + strings.Repeat("b:url(b);", 100) + "'>"},
		{"sources before the images", "<picture>" + strings.Repeat("<source srcset=b>", 2000), "<img src=c>"},
		{"a variable behind comments", "<style>" + strings.Repeat("/**/", 20_000) + "--a:", "{}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			document := hostile.Grammar{Begin: "<!doctype html>" + tt.begin, Tokens: []string{tt.again}}.Document(0)
			hostile.Holds(t, document(hostile.Size), document(4*hostile.Size), func(doc []byte) {
				p, _ := Read(cleaner.Page{Body: doc, ContentType: "text/html", URL: "https://vov.vn/"}, testOptions) // what it says is another test's
				if len(p.HTML) > 2*maxWritten+4*len(doc) {
					t.Errorf("%d bytes become %d", len(doc), len(p.HTML))
				}
			})
		})
	}
}

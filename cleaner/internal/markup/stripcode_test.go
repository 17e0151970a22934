package markup

import (
	"io"
	"testing"
)

func strip(t testing.TB, page []byte) []byte {
	kept := stripCode(page)
	rest, err := io.ReadAll(&kept)
	if err != nil {
		t.Fatal(err)
	}
	return rest
}

func TestStripCode(t *testing.T) {
	for _, tt := range []struct{ page, want string }{
		{"<p>a</p><script>x<y</script><p>b</p>", "<p>a</p><script></script><p>b</p>"},
		{"<STYLE media=all>p{}</STYLE >", "<STYLE media=all></STYLE >"},
		{"<script src='a.js'></script>b", "<script src='a.js'></script>b"},
		{"<script>x</scripty></script>", "<script></script>"},
		{`<p title="it's"><script>x</script>`, `<p title="it's"><script></script>`},
		{`<script data-a="x>y">z</script>`, `<script data-a="x>y">` + "</script>"},
		{`<p title="a > b '<script>x</script>"><style>x</style>`, `<p title="a > b '<script>x</script>"><style></style>`},
		{"<<!-- <script>x</script> -->b", "<<!---->b"},
		{"<noscript><style>x</style></noscript>", "<noscript></noscript>"},
		{"<svg a=1><style>p</style><path d=''/></svg>", "<svg a=1></svg>"},
		// All of these stay as they are.
		{`<script type="application/ld+json">{}</script>`, ""},
		{"<script><!-- <script></script> --></script>", ""},
		{`<p title="<script>x</script>">`, ""},
		{`<p title="a > b <script>x</script>">`, ""},
		{`<p title="<b><script>">x</script>`, ""},
		{"<title><script>x</script></title>", ""},
		{"<svg><svg></svg></svg><script>x</script>", ""},
		{"<svg><p>x</svg>", ""},
		{"<svg><path>", ""},
		{"<!-- --!> --><script>x</script>", ""},
		{"<div <script>x</script>", ""},
		{"<scripts>x</scripts>", ""},
		{"<script", ""},
		{"", ""},
	} {
		want := tt.want
		if want == "" {
			want = tt.page
		}
		if got := string(strip(t, []byte(tt.page))); got != want {
			t.Errorf("%q: got %q, want %q", tt.page, got, want)
		}
	}
}

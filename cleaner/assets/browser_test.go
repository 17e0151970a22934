package assets

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// TestBrowserAsksForNothingElse has Chromium read thousands of sheets and style attributes of any
// tokens, rewritten: it asks for no address that was not given. It takes ten seconds, and is called by hand:
// BAOLUU_HOSTILE=1 go test -run TestBrowser ./cleaner/assets
func TestBrowserAsksForNothingElse(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil || os.Getenv("BAOLUU_HOSTILE") == "" {
		t.Skip("called by hand, with Chromium")
	}
	var mu sync.Mutex
	asked, body := map[string]bool{}, ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked[r.URL.Path] = true
		if r.URL.Path == "/page" {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, body)
			return
		}
		http.NotFound(w, r)
	}))
	defer server.Close()
	given := 0
	give := func(_ string, k Kind) string {
		given++
		return fmt.Sprintf("/at/%s/%d?<a b>&\"", k, given)
	}
	r := rand.New(rand.NewPCG(rand.Uint64(), 0))
	pieces := append(strings.Split(`a b : ; { } ( ) [ ] , . # @import url( u\72l( image-set( "x" 'y' " ' \ /* */ < > behavior:`, " "), tricks...)
	toEvil := strings.NewReplacer("url(x", "url(/evil/x", `"x"`, `"/evil/x"`, "rl(x", "rl(/evil/x", "b:", "background-image:", "a{", "div{")
	evil := func() string {
		var css strings.Builder
		for range 1 + r.IntN(6) {
			css.WriteString(pieces[r.IntN(len(pieces))])
		}
		return toEvil.Replace(css.String())
	}
	quoted := strings.NewReplacer("&", "&amp;", `"`, "&quot;")
	var b strings.Builder
	for range 3000 { // each in a tree of its own, or the last one would count
		fmt.Fprintf(&b, "<section><template shadowrootmode=open><style>%s</style><div>x</div></template></section><div style=\"%s\">x</div>\n",
			RewriteSheet([]byte(evil()), server.URL+"/evil/", give), quoted.Replace(RewriteStyle(evil(), server.URL+"/evil/", give)))
	}
	body = "<!doctype html><title>x</title><body>" + b.String()
	out, err := exec.CommandContext(t.Context(), chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--user-data-dir="+t.TempDir(), "--virtual-time-budget=8000", "--dump-dom", server.URL+"/page").Output()
	if err != nil || len(out) == 0 {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	loaded := 0
	for path := range asked {
		if strings.HasPrefix(path, "/at/") {
			loaded++
		} else if path != "/page" && path != "/favicon.ico" {
			t.Errorf("asked for %s", path)
		}
	}
	if loaded < 100 {
		t.Errorf("%d of %d addresses loaded: the test says nothing", loaded, given)
	}
}

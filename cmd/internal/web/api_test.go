package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"baoluu/archive/forget"
	"baoluu/archive/search"
)

// description is openapi.yaml, to ask it.
type description struct {
	Paths map[string]map[string]struct {
		Parameters []struct {
			Ref  string `json:"$ref"`
			Name string
			In   string
		}
		Responses map[string]struct{ Content map[string]any }
	}
	Components struct {
		Parameters map[string]struct{ Name, In string }
	}
	schemas *jsonschema.Compiler
}

const descriptionURL = "https://baoluu.example/openapi.json"

func readDescription(t *testing.T) (d description) {
	t.Helper()
	b, err := yaml.YAMLToJSON(openAPI)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	d.schemas = jsonschema.NewCompiler()
	d.schemas.AssertFormat()
	if err := d.schemas.AddResource(descriptionURL, doc); err != nil {
		t.Fatal(err)
	}
	return d
}

// holds an answer against the schema of a path; "" is that of errors.
func (d description) holds(t *testing.T, path string, answer []byte) {
	t.Helper()
	pointer := "/components/responses/Problem/content/application~1problem+json/schema"
	if path != "" && strings.HasPrefix(path, "/timemap/") {
		pointer = "/components/schemas/TimeMap"
	} else if path != "" {
		pointer = "/paths/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(path) + "/get/responses/200/content/application~1json/schema"
	}
	schema, err := d.schemas.Compile(descriptionURL + "#" + (&url.URL{Path: pointer}).EscapedPath())
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(answer)))
	if err != nil {
		t.Errorf("%s: %v: %s", path, err, answer)
		return
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("%s: %v\n%s", path, err, answer)
	}
}

// TestDescription: the API has the addresses and parameters that openapi.yaml says, and no
// others; every schema is one.
func TestDescription(t *testing.T) {
	d := readDescription(t)
	described, served := map[string][]string{}, map[string][]string{}
	for path, methods := range d.Paths {
		for method, op := range methods {
			if method != "get" {
				t.Errorf("%s: %s", path, method)
			}
			names := []string{}
			for _, p := range op.Parameters {
				if p.Ref != "" {
					of := d.Components.Parameters[strings.TrimPrefix(p.Ref, "#/components/parameters/")]
					p.Name, p.In = of.Name, of.In
				}
				switch {
				case p.In == "header" && p.Name == "Accept-Datetime":
				case p.In == "query":
					names = append(names, p.Name)
				case p.In != "path" || !strings.Contains(path, "{"+p.Name+"}"):
					t.Errorf("%s: parameter %+v", path, p)
				}
			}
			slices.Sort(names)
			described[path] = names
			if _, ok := op.Responses["200"].Content["application/json"]; !ok {
				continue
			}
			d.schemas.MustCompile(descriptionURL + "#/paths/" + (&url.URL{Path: strings.ReplaceAll(path, "/", "~1")}).EscapedPath() + "/get/responses/200/content/application~1json/schema")
		}
	}
	for _, route := range apiTable {
		served[apiPrefix+route.path] = slices.Sorted(slices.Values(append([]string{}, route.query...)))
	}
	// What other archives answer, too: the address behind a path is no part of the route.
	s := newTestServer(t, answers(t))
	for _, pattern := range slices.Sorted(maps.Keys(s.paths)) {
		path := strings.TrimPrefix(pattern, "GET ")
		switch first, _, _ := strings.Cut(path[1:], "/"); first {
		case "timegate", "timemap":
			served[path+"/{address}"] = []string{}
		case "cdx":
			served[path] = slices.Sorted(slices.Values(cdxTakes))
		}
	}
	if diff := cmp.Diff(described, served, cmp.Transformer("empty", func(s []string) string { return strings.Join(s, " ") })); diff != "" {
		t.Errorf("openapi.yaml (-) and the server (+):\n%s", diff)
	}
}

// TestOtherArchives: what is answered as other archives answer is as described, too.
func TestOtherArchives(t *testing.T) {
	d := readDescription(t)
	s := cdxServer(t)
	for target, path := range map[string]string{
		"/timemap/json/" + edited.url: "/timemap/{form}/{address}", "/timemap/json/1/" + pictureURL: "/timemap/{form}/{part}/{address}", "/cdx?showNumPages=1&url=" + edited.url: "/cdx",
		"/timemap/json/https://evil.example/": "", "/cdx": "", "/cdx?url=a.vn&limit=0": "",
	} {
		w := ask(s, target)
		if (w.Code == http.StatusOK) != (path != "") {
			t.Errorf("%s: %d", target, w.Code)
		}
		d.holds(t, path, w.Body.Bytes())
	}
}

// TestAPI: real answers are as described, and say what the archive has.
func TestAPI(t *testing.T) {
	d := readDescription(t)
	arch := smallArchive(t)
	index := search.Open(arch, "")
	defer index.Close()
	if err := index.Update(t.Context(), "dantri", nil); err != nil {
		t.Fatal(err)
	}
	s := newTestServer(t, arch)
	article := "/api/v1/articles/dantri/" + keyOf(t, edited)
	down := "/api/v1/articles/dantri/" + keyOf(t, takenDown)
	for _, tt := range []struct{ target, path, says string }{
		{"/api/v1/newspapers", "/api/v1/newspapers", `"articles":3`},
		{"/api/v1/status", "/api/v1/status", `"free_bytes":80000000000`},
		{"/api/v1/articles", "/api/v1/articles", `"next":null`},
		{"/api/v1/articles?limit=1&site=dantri", "/api/v1/articles", `"page":"dantri/` + keyOf(t, hostile)},
		{"/api/v1/articles?day=2026-11-18&order=seen", "/api/v1/articles", `"edits":2`},
		{"/api/v1/articles?state=gone", "/api/v1/articles", `"state":"gone"`},
		{"/api/v1/articles?site=vov", "/api/v1/articles", `"articles":[]`},
		{article, "/api/v1/articles/{site}/{id}", `"version":3`},
		{article + "/versions/2", "/api/v1/articles/{site}/{id}/versions/{version}", `hơn 500 người`},
		{article + "/captures", "/api/v1/articles/{site}/{id}/captures", `"body":"/raw/dantri/1/body"`},
		{down + "/captures?cursor=1&limit=1", "/api/v1/articles/{site}/{id}/captures", `"status":410`},
		{article + "/diff/1..2", "/api/v1/articles/{site}/{id}/diff/{versions}", `"field":"body"`},
		{article + "/diff/3..1", "/api/v1/articles/{site}/{id}/diff/{versions}", `"from":3`},
		{"/api/v1/search?q=nguoi+dung+chat", "/api/v1/search", `"mark":true`},
		{"/api/v1/search?q=h%C6%A1n+300&ever=true&site=dantri&lang=vi&state=live&from=2026-11-01&to=2026-11-30&sort=newest", "/api/v1/search", `"version":1`},
		{"/api/v1/search?state=live&limit=1", "/api/v1/search", `"next":"1"`},
		{"/api/v1/search?q=khongcogi", "/api/v1/search", `"hits":[]`},
		{"/api/v1/changes", "/api/v1/changes", `"kind":"gone"`},
		{"/api/v1/changes?kind=edit&from=2026-11-18&to=2026-11-18", "/api/v1/changes", `"to":2`},
	} {
		w := ask(s, tt.target)
		if h := w.Header(); w.Code != http.StatusOK || h.Get("Content-Type") != "application/json" || h.Get("ETag") == "" || h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %d %v", tt.target, w.Code, h)
		}
		if !strings.Contains(w.Body.String(), tt.says) {
			t.Errorf("%s does not say %s: %s", tt.target, tt.says, w.Body)
		}
		if strings.ContainsAny(w.Body.String(), "<>\u202e") {
			t.Errorf("%s: markup or an override in %s", tt.target, w.Body)
		}
		d.holds(t, tt.path, w.Body.Bytes())
		if again := ask(s, tt.target, "If-None-Match", w.Header().Get("ETag")); again.Code != http.StatusNotModified {
			t.Errorf("%s again: %d", tt.target, again.Code)
		}
	}
	for target, want := range map[string]int{
		"/api/v1/": 404, "/api/v2/articles": 404, "/api/v1/articles/none/1": 404, "/api/v1/articles/dantri/1": 404, article + "/versions/4": 404, article + "/versions/01": 404,
		down + "/versions/2": 404, article + "/diff/1": 404, article + "/diff/1..1": 404, article + "/diff/1..9": 404, down + "/diff/1..2": 404,
		"/api/v1/articles?day=x": 400, "/api/v1/articles?limit=0": 400, "/api/v1/articles?limit=51": 400, "/api/v1/articles?cursor=x": 400, "/api/v1/articles?state=dead": 400,
		"/api/v1/articles?order=x": 400, "/api/v1/articles?site=none": 404, "/api/v1/articles?site=dantri&site=vov": 400, "/api/v1/articles?sit=dantri": 400, "/api/v1/articles?x=%zz": 400,
		"/api/v1/search": 400, "/api/v1/search?q=a&sort=x": 400, "/api/v1/search?q=a&ever=1": 400, "/api/v1/search?q=a&lang=de": 400, "/api/v1/search?q=a&cursor=10001": 400, "/api/v1/search?q=a&site=none": 404,
		"/api/v1/search?q=" + strings.Repeat("a", 1001): 400, "/api/v1/articles?a;b": 400, "/api/v1/changes?kind=x": 400, "/api/v1/changes?from=2026": 400, article + "?x": 400, article + "/captures?cursor=-1": 400,
	} {
		w := ask(s, target)
		if w.Code != want || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s, want %d", target, w.Code, w.Header().Get("Content-Type"), want)
		}
		d.holds(t, "", w.Body.Bytes())
	}
	if w := ask(s, "/openapi.yaml"); w.Code != http.StatusOK || w.Body.String() != string(openAPI) || w.Header().Get("Content-Type") != "application/yaml" {
		t.Errorf("openapi.yaml: %d", w.Code)
	}
	if _, err := forget.Run(t.Context(), arch, "dantri", keyOf(t, edited), forget.Options{Reason: "a court order", Accept: true}); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{article, article + "/versions/1", article + "/captures", article + "/diff/1..2"} {
		w := ask(s, target)
		if w.Code != http.StatusGone || !strings.Contains(w.Body.String(), `"error":"forgotten"`) {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
	if w := ask(s, "/api/v1/articles"); strings.Contains(w.Body.String(), edited.title) {
		t.Error("forgotten, and still listed")
	}
}

// TestAPIPages: a list, page by page, is the list.
func TestAPIPages(t *testing.T) {
	s := newTestServer(t, smallArchive(t))
	for _, list := range []struct{ path, name string }{{"/api/v1/articles?limit=1", "articles"}, {"/api/v1/changes?limit=1", "changes"}, {"/api/v1/articles/dantri/" + keyOf(t, edited) + "/captures?limit=1", "captures"}} {
		target, got := list.path, []string{}
		for range 10 {
			var answer map[string]json.RawMessage
			var entries []json.RawMessage
			var next *string
			if err := json.Unmarshal(ask(s, target).Body.Bytes(), &answer); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(answer[list.name], &entries); err != nil || len(entries) != 1 {
				t.Fatalf("%s: %v %d", target, err, len(entries))
			}
			got = append(got, string(entries[0]))
			if err := json.Unmarshal(answer["next"], &next); err != nil {
				t.Fatal(err)
			}
			if next == nil {
				break
			}
			target = list.path + "&cursor=" + url.QueryEscape(*next)
		}
		slices.Sort(got)
		if len(got) != 3 || len(slices.Compact(got)) != 3 {
			t.Errorf("%s: %s", list.path, fmt.Sprint(got))
		}
	}
}

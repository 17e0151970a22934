package main

import (
	"regexp"
	"runtime/debug"
	"testing"
)

func TestBuild(t *testing.T) {
	const commit = "602e02e0a1b2c3d4e5f60718293a4b5c6d7e8f90"
	set := func(pairs ...string) (list []debug.BuildSetting) {
		for i := 0; i < len(pairs); i += 2 {
			list = append(list, debug.BuildSetting{Key: pairs[i], Value: pairs[i+1]})
		}
		return list
	}
	clone := set("vcs", "git", "vcs.revision", commit, "vcs.time", "2026-11-29T18:00:00Z", "vcs.modified", "false")
	changed := set("vcs.revision", commit, "vcs.time", "2026-11-29T18:00:00Z", "vcs.modified", "true")
	for _, tt := range []struct {
		name, module string
		settings     []debug.BuildSetting
		want         string
	}{
		{"of a module", "v1.2.3", nil, "v1.2.3"},
		{"of a module between releases", "v0.0.0-20261129180000-602e02e0a1b2", nil, "v0.0.0-20261129180000-602e02e0a1b2"},
		{"of a clone", "v0.0.0-20261129180000-602e02e0a1b2", clone, "devel-602e02e0a1b2"},
		{"of a clone, by an older Go", "(devel)", clone, "devel-602e02e0a1b2"},
		{"of a clone that was changed", "v0.0.0-20261129180000-602e02e0a1b2+dirty", changed, "devel-602e02e0a1b2+modified"},
		{"of a clone at a release", "v1.2.3", clone, "v1.2.3"},
		{"go run", "(devel)", nil, "devel"},
		{"nothing known", "", nil, "devel"},
	} {
		b := buildOf(&debug.BuildInfo{Main: debug.Module{Version: tt.module}, Settings: tt.settings})
		if b.String() != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, b, tt.want)
		}
		// A product's version in a User-Agent is a token (RFC 9110, 5.6.2).
		if !regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$").MatchString(b.String()) {
			t.Errorf("%s: %q is no token", tt.name, b)
		}
		if tt.settings != nil && (b.commit != commit || b.date != "2026-11-29T18:00:00Z" || b.modified != (tt.settings[2].Value == "true")) {
			t.Errorf("%s: %+v", tt.name, b)
		}
	}
}

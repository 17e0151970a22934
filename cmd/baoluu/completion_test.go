package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"baoluu/sites"
)

// tab is what a shell is offered: the words without what is said of them, and whether
// it offers files.
func tab(t *testing.T, args ...string) (words []string, directive cobra.ShellCompDirective, all string) {
	t.Helper()
	var out bytes.Buffer
	if code := run(context.Background(), append([]string{"__complete"}, args...), strings.NewReader(""), &out, io.Discard); code != exitDone {
		t.Fatalf("%q: exit %d", args, code)
	}
	for line := range strings.Lines(out.String()) {
		word, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if n, ok := strings.CutPrefix(word, ":"); ok {
			if _, err := fmt.Sscan(n, &directive); err != nil {
				t.Fatal(err)
			}
			continue
		}
		words = append(words, word)
	}
	return words, directive, out.String()
}

func TestCompletion(t *testing.T) {
	t.Chdir(t.TempDir())
	const (
		files = cobra.ShellCompDirectiveDefault
		dirs  = cobra.ShellCompDirectiveFilterDirs
		none  = cobra.ShellCompDirectiveNoFileComp
	)
	// named are the newspapers whose names begin so, without some, each with what stands around it.
	named := func(before, begin, after string, without ...string) string {
		var names []string
		for _, name := range siteNames() {
			if strings.HasPrefix(name, begin) && !slices.Contains(without, name) {
				names = append(names, before+name+after)
			}
		}
		return strings.Join(names, " ")
	}
	for _, tt := range []struct {
		line      string // parted by blanks; the last is being typed
		want      string
		directive cobra.ShellCompDirective
	}{
		{"crawl ", named("", "", ""), none},
		{"crawl b", named("", "b", ""), none},
		{"list dantri ", named("", "", "", "dantri"), none},
		{"list dantri,v", named("dantri,", "v", ""), none},
		{"export --site ", named("", "", ""), none},
		{"backup --site dantri,", named("dantri,", "", "", "dantri"), none},
		{"clean --site ", named("", "", "") + " generic", none},
		{"import --site ", named("", "", ""), none},
		{"export --format ", strings.Join(exportFormats, " "), none},
		{"export --lang ", strings.Join(sites.Languages(), " "), none},
		{"show --view ", strings.Join(showViews, " "), none},
		{"list --state ", "live gone blocked", none},
		{"list --sort ", strings.Join(sortKeys, " "), none},
		{"stats --by ", "month", none},
		{"sites show n", named("", "n", ""), none},
		{"sites test n", named("", "n", ""), files},
		{"sites add ", "", none},
		{"sites add --from ", "", files},
		{"sites add --dir ", "", dirs},
		{"cron --format ", "crontab line systemd", none},
		{"show v", named("", "v", "/"), none | cobra.ShellCompDirectiveNoSpace},
		{"show vov/", "", none}, // no archive there
		{"show vov/1 ", "", none},
		{"list --from ", "", none},
		{"version ", "", none},
		{"forget --reason ", "", none},
		{"export --out ", "", dirs},
		{"list --archive ", "", dirs},
		{"list --config ", "yaml yml", cobra.ShellCompDirectiveFilterFileExt},
		{"backup ", "", dirs},
		{"merge ", "", dirs},
		{"import ", "", files},
		{"import a ", "", files},
		{"clean ", "", files},
		{"crawl --log ", "", files},
		{"list --lim", "--limit", none},
	} {
		words, directive, said := tab(t, strings.Split(tt.line, " ")...)
		if strings.Join(words, " ") != tt.want || directive != tt.directive {
			t.Errorf("%q: %q (%d), want %q (%d)", tt.line, words, directive, tt.want, tt.directive)
		}
		for line := range strings.Lines(said) { // bash loses such
			if word, _, described := strings.Cut(line, "\t"); described && strings.Contains(word, ",") {
				t.Errorf("%q: %q is described", tt.line, line)
			}
		}
	}
}

// No flag of any command is described with the marks that its help is made of, and
// none offers file names but those that take files and folders.
func TestCompletionOfAllFlags(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range allCommands((&app{}).root()) {
		path := strings.Fields(c.CommandPath())[1:]
		_, _, said := tab(t, append(path, "--")...)
		if strings.Contains(said, "`") {
			t.Errorf("%s: %s", c.CommandPath(), said)
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.NoOptDefVal != "" {
				return
			}
			_, directive, _ := tab(t, append(path, "--"+f.Name, "")...)
			what, _ := pflag.UnquoteUsage(f)
			takesFiles := slices.Contains([]string{"file", "folder", "FILE", "FOLDER"}, what)
			if offers := directive&cobra.ShellCompDirectiveNoFileComp == 0; offers != takesFiles {
				t.Errorf("%s --%s (%s): directive %d", c.CommandPath(), f.Name, what, directive)
			}
		})
	}
}

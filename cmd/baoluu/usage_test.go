package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// libraryWords are what Go, cobra and pflag say of a wrong call.
var libraryWords = []string{
	"arg(s)", "flag(s)", "strconv", "parsing", "invalid", "syntax", "pflag", "cobra", "time: missing", "time: invalid", "time: unknown", "flag needs", "shorthand",
	"unknown flag:", "bad flag", "unmarshal", "received", "not set", "accepts", "must be", "parse error", "%!", "runtime",
	"panic", "[]", "help topic",
}

// Each command is called wrongly in every way there is: wrong values of each flag, none
// at all, flags that it has not, too few arguments and too many. All are explained in
// words of ours, with the usage, and nothing is done or said on stdout.
func TestWrongUse(t *testing.T) {
	t.Chdir(t.TempDir())
	calls := 0
	wrong := func(t *testing.T, c *cobra.Command, words ...string) {
		t.Helper()
		calls++
		args := append(strings.Fields(c.CommandPath())[1:], words...)
		var out, errw bytes.Buffer
		code := run(context.Background(), args, strings.NewReader(""), &out, &errw)
		said := errw.String()
		if code != exitFailed || out.Len() > 0 || !strings.HasPrefix(said, "baoluu: ") {
			t.Errorf("%q: exit %d, stdout %q, stderr %q", args, code, out.String(), said)
		}
		if !strings.Contains(said, "\n  usage: "+c.UseLine()) && !strings.Contains(said, "lists the commands") {
			t.Errorf("%q: no usage: %s", args, said)
		}
		for _, w := range libraryWords {
			if text := strings.ReplaceAll(said, c.UseLine(), ""); strings.Contains(text, w) {
				t.Errorf("%q: speaks of %q: %s", args, w, said)
			}
		}
	}
	for _, c := range allCommands((&app{}).root()) {
		t.Run(c.CommandPath(), func(t *testing.T) {
			needed, many, least := takes(c)
			enough := slices.Repeat([]string{"x"}, least)
			wrong(t, c, "--no-such-flag")
			wrong(t, c, "--no-such-flag=1", "x")
			wrong(t, c, "-Z")
			wrong(t, c, "--=x")
			switch {
			case c.HasSubCommands() && len(needed) == 0:
				wrong(t, c, "no-such-command")
			case c.Name() == "help":
				wrong(t, c, "no-such-command")
				wrong(t, c, "list", "x")
			case !many:
				wrong(t, c, slices.Repeat([]string{"x"}, len(needed)+1)...)
			}
			if least > 0 {
				wrong(t, c)
				wrong(t, c, enough[1:]...)
				wrong(t, c, append(enough[1:], "")...)
			}
			required := false
			c.Flags().VisitAll(func(f *pflag.Flag) {
				required = required || f.Annotations[cobra.BashCompOneRequiredFlag] != nil
				flag := "--" + f.Name
				if f.Name == "help" {
					return
				}
				wrong(t, c, append(enough, flag[:len(flag)-1]+"xyz")...) // mistyped
				var values []string
				switch f.Value.Type() {
				case "bool":
					values = []string{"maybe", "2", "yes please", ""}
				case "int":
					values = []string{"abc", "", "1.5", "99999999999999999999", "1k", "ba", "-"}
				case "duration":
					values = []string{"5", "", "abc", "1.5", "10 minutes", "1y", "1d", "-", "9999999999h"}
				case "string", "stringArray", "func":
					values = []string{"", " "}
				case "stringSlice":
					values = []string{`a"b`, ""}
				}
				for _, v := range values {
					wrong(t, c, append(enough, flag+"="+v)...)
					if f.Shorthand != "" {
						wrong(t, c, append(enough, "-"+f.Shorthand+"="+v)...)
					}
				}
				if f.NoOptDefVal == "" {
					wrong(t, c, append(enough, flag)...)
				}
			})
			if required {
				wrong(t, c, enough...)
			}
		})
	}
	if calls < 300 {
		t.Errorf("only %d calls", calls)
	}
	if left, err := os.ReadDir("."); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// The help shows a switch as it is written.
func TestHelpOfSwitches(t *testing.T) {
	for _, c := range allCommands((&app{}).root()) {
		if said := c.UsageString(); strings.Contains(said, "[=") || !strings.Contains(said, "--help  ") {
			t.Errorf("%s: %s", c.CommandPath(), said)
		}
	}
}

// What wrong values of flags are answered that are words, numbers or days, and what is
// offered for a mistyped one.
func TestWrongUseIsExplained(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for line, want := range map[string]string{
		"show":                                   "no PAGE is given",
		"show a b":                               `"b" is one too many: show takes one PAGE`,
		"version x":                              `"x" is one too many: version takes no arguments`,
		"import":                                 "import what?",
		"export":                                 "no --out FOLDER is given",
		"list --limit abc":                       `--limit "abc" is no whole number`,
		"crawl --max-time 5":                     "--max-time 5 has no unit: write 5m for minutes, 5s for seconds",
		"crawl --wait 1.5":                       "--wait 1.5 has no unit: write 1.5m for minutes",
		"verify --max-time soon":                 `--max-time "soon" is no length of time: write it like 30s, 10m or 1h30m`,
		"list --json=maybe":                      `--json is given as it is: "maybe" is no value of it`,
		"list --limit":                           "--limit needs a value (many)",
		"list --limt 3":                          "list has no flag --limt\n  is it --limit?",
		"list --forgoten":                        "is it --forgotten?",
		"crawl --serve":                          "crawl has no flag --serve\n  usage:",
		"list -x":                                "list has no flag -x",
		"list --since 2026":                      "is it --from?",
		"crawl --from 2026":                      "is it --since?",
		"list --from=":                           "--from is given empty",
		"lsit":                                   `unknown command "lsit"` + "\n  is it list?",
		"help lsit":                              "is it list?",
		"completion bsh":                         `unknown command "bsh"` + "\n  is it bash?",
		"list --from 2026-13":                    "--from 2026-13 is not in the calendar",
		"export --out x --to today":              `--to "today" is no year, month or day`,
		"ledger --day 2026-11":                   "--day 2026-11 is more than a day",
		"list --state gnoe":                      `--state "gnoe"`,
		"show --view hmtl vov/1":                 "is it html?",
		"export --format jsnol --out x":          "is it jsonl?",
		"list dantry":                            "is it dantri?",
		"diff --from 2026-11-22 vov/1":           "--from \"2026-11-22\" is no number of a version\n  --at takes a moment",
		"show --version 2026-11 vov/1":           "--at takes a moment",
		"list vov/post1315698":                   "vov/post1315698 is a page: here newspapers are named\n  \"baoluu show vov/post1315698\" prints it",
		"crawl --site vov.vn/xa-hoi/a-post1.vov": "is a page",
		"export --out x dantri.com.vn":           "is it dantri?",
		"stats https://example.org/x":            "an address of no known newspaper",
		"list --from 0000":                       "--from 0000 is not in the calendar",
		"ledger --to 0000-01":                    "--to 0000-01 is not in the calendar",
		"show --at 0000-01-01 vov/1":             "--at \"0000-01-01\" is no date",
		"list --at garbage":                      "--at \"garbage\" is no date",
		"import --site=":                         "--site is given empty",
		"completion tcsh":                        "unknown command \"tcsh\"",
	} {
		var errw bytes.Buffer
		code := run(context.Background(), strings.Fields(line), strings.NewReader(""), io.Discard, &errw)
		if code != exitFailed || !strings.Contains(errw.String(), want) {
			t.Errorf("%s: exit %d, %s\nwant %s", line, code, errw.String(), want)
		}
	}
	if left, _ := filepath.Glob("*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

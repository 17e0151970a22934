package main

import (
	"errors"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"baoluu/cleaner"
)

// build is what the program was built from, as far as Go noted it down.
type build struct {
	version  string // of the module
	commit   string // "" where it is not known: Go notes it where it builds a clone
	date     string // of the commit, RFC 3339
	modified bool   // files of the clone were changed since
}

func thisBuild() build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return build{}
	}
	return buildOf(info)
}

func buildOf(info *debug.BuildInfo) build {
	b := build{version: info.Main.Version}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.commit = s.Value
		case "vcs.time":
			b.date = s.Value
		case "vcs.modified":
			b.modified = s.Value == "true"
		}
	}
	return b
}

// String is the version of the module where it is a released one, else the commit. It
// is a product's version in a User-Agent, too: no blanks, no brackets.
func (b build) String() string {
	const short = 12 // digits of a commit that tell it from all others
	commit := b.commit[:min(len(b.commit), short)]
	released := b.version != "" && b.version != "(devel)" && (commit == "" || !strings.Contains(b.version, commit))
	switch {
	case released: // Go marks it where files were changed
		return b.version
	case commit == "":
		return "devel"
	case b.modified:
		return "devel-" + commit + "+modified"
	}
	return "devel-" + commit
}

// version is the program's own.
func version() string { return thisBuild().String() }

// programLine is the JSON line of the program.
type programLine struct {
	Type     string  `json:"type"`
	Program  string  `json:"program"`
	Cleaner  string  `json:"cleaner"`
	Go       string  `json:"go"`
	Commit   *string `json:"commit"`   // that it was built from; null where Go did not note it
	Date     *string `json:"date"`     // of that commit
	Modified bool    `json:"modified"` // files were changed since
}

func (a *app) sayVersion() error {
	_, err := printf(a.out, "baoluu %s, cleaner %s, %s %s/%s\n", version(), cleaner.Name(nil), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

func (a *app) versionCommand() *cobra.Command {
	var asJSON, withLicenses bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the versions of the program, its cleaner and Go, or all licences",
		Long: `Version prints the versions of the program, of its cleaner and of Go. A program
built from a clone names the commit, and whether files were changed since. With
--licenses it prints the program's licence, and the licences and notices of all that
is linked into it on any platform: Go itself and each module, with its version. Pass
them on with the program.`,
		Example: "  baoluu version\n  baoluu version --json\n  baoluu version --licenses > NOTICES.txt",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if asJSON && withLicenses {
				return errors.New("--json and --licenses contradict each other")
			}
			if withLicenses {
				_, err := io.WriteString(a.out, licenses)
				return err
			}
			if asJSON {
				b := thisBuild()
				return printJSON(a.out, programLine{"program", b.String(), cleaner.Name(nil), runtime.Version(), optional(b.commit), optional(b.date), b.modified})
			}
			return a.sayVersion()
		},
	}
	cmd.Flags().BoolVar(&withLicenses, "licenses", false, "print the licences and notices of the program and of all that it is made of")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

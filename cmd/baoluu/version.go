package main

import (
	"errors"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"baoluu/cleaner"
)

// version is the program's own: that of the module where it was installed by
// one, else that of the change it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "devel-" + s.Value[:12]
		}
	}
	return "devel"
}

func (a *app) versionCommand() *cobra.Command {
	var asJSON, withLicenses bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the versions of the program, its cleaner and Go, or all licences",
		Long: `Version prints the versions of the program, of its cleaner and of Go. With --licenses
it prints the program's licence, and the licences and notices of all that is linked
into it on any platform: Go itself and each module, with its version. Whoever hands
the program on hands them on with it.`,
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
				return printJSON(a.out, struct {
					Type    string `json:"type"`
					Program string `json:"program"`
					Cleaner string `json:"cleaner"`
					Go      string `json:"go"`
				}{"program", version(), cleaner.Name, runtime.Version()})
			}
			_, err := printf(a.out, "baoluu %s, cleaner %s, %s %s/%s\n", version(), cleaner.Name, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
	cmd.Flags().BoolVar(&withLicenses, "licenses", false, "print the licences and notices of the program and of all that it is made of")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

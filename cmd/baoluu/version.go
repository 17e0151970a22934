package main

import (
	"fmt"
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
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the versions of the program, its cleaner and Go",
		Example: "  baoluu version\n  baoluu version --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return printJSON(a.out, struct {
					Type    string `json:"type"`
					Program string `json:"program"`
					Cleaner string `json:"cleaner"`
					Go      string `json:"go"`
				}{"program", version(), cleaner.Name, runtime.Version()})
			}
			_, err := fmt.Fprintf(a.out, "baoluu %s, cleaner %s, %s %s/%s\n", version(), cleaner.Name, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"baoluu/sites"
)

func (a *app) cronCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "cron",
		Short: "Print crontab lines for the schedules in the settings",
		Long: `Cron prints a crontab with one line for each newspaper that is enabled, by its
"schedule" in config.yaml. The hours are those of Vietnam (Asia/Ho_Chi_Minh):
the line CRON_TZ says so to cronie and systemd-cron. Where cron does not know
CRON_TZ (Debian's own), set the machine's zone or shift the hours.

A crawl that finds the newspaper's last one still at work ends at once with
exit 11, so a schedule can be as dense as you like.`,
		Example: "  baoluu cron\n  baoluu cron --archive /srv/news | crontab -",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.cron(asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON line for each newspaper")
	return cmd
}

type cronLine struct {
	Type     string `json:"type"`
	Site     string `json:"site"`
	Schedule string `json:"schedule"`
	Zone     string `json:"zone"`
	Command  string `json:"command"`
}

const cronZone = "Asia/Ho_Chi_Minh"

func (a *app) cron(asJSON bool) error {
	c, err := a.config()
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the program's own file: %w", err)
	}
	folder, err := filepath.Abs(c.Archive)
	if err != nil {
		return err
	}
	words := []string{program, "crawl"}
	tail := []string{"--quiet", "--archive", folder}
	if a.configFile != "" || fileExists(defaultConfigFile) {
		file := a.configFile
		if file == "" {
			file = defaultConfigFile
		}
		if file, err = filepath.Abs(file); err != nil {
			return err
		}
		tail = append(tail, "--config", file)
	}
	if !asJSON {
		fmt.Fprintf(a.out, "# Bảo Lưu: crawls by schedule, hours of Vietnam.\nCRON_TZ=%s\n", cronZone)
	}
	for _, s := range sites.All() {
		own := c.Sites[s.Name]
		if !*own.Enabled {
			continue
		}
		command := shellLine(append(append(words[:2:2], s.Name), tail...))
		if asJSON {
			err = printJSON(a.out, cronLine{"cron", s.Name, *own.Schedule, cronZone, command})
		} else {
			// crontab(5): an unescaped % ends the command.
			_, err = fmt.Fprintf(a.out, "%s %s\n", *own.Schedule, strings.ReplaceAll(command, "%", `\%`))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func fileExists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// shellLine quotes words for sh.
func shellLine(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		if strings.IndexFunc(w, func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+:@,=", r))
		}) < 0 && w != "" {
			quoted[i] = w
			continue
		}
		quoted[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
	}
	return strings.Join(quoted, " ")
}

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"baoluu/sites"
)

type cronOptions struct {
	format string
	out    string
	asJSON bool
}

func (a *app) cronCommand() *cobra.Command {
	var o cronOptions
	cmd := &cobra.Command{
		Use:   "cron [SITE…]",
		Short: "Print crontab lines or systemd units for the schedules in the settings",
		Long: `Cron prints what makes a machine crawl by the "schedule" of each newspaper that
is enabled in config.yaml. The hours are those of Vietnam (Asia/Ho_Chi_Minh).

  --format crontab   a line for each newspaper. CRON_TZ tells cronie the zone.
                     Debian's cron, and its systemd-cron 1.15, do not know it:
                     take one of the others there
  --format line      one line that asks every five minutes what is due: for any
                     cron, whatever the machine's zone
  --format systemd   a service, and a timer for each newspaper; --out writes them
                     into a folder

A crawl prints nothing while all is well, so that cron sends mail only when
something is wrong. A crawl that finds the newspaper's last one still running ends
at once with exit 11 (with --if-due silently), so a schedule can be as dense as you
like.

` + selectHelp,
		Example: `  (crontab -l; baoluu cron) | crontab -
  baoluu cron --format line --archive /srv/news
  baoluu cron --format systemd --out /etc/systemd/system`,
	}
	a.onSites(cmd, func(_ context.Context, names []string) error { return a.cron(names, o) })
	f := cmd.Flags()
	f.StringVar(&o.format, "format", "crontab", "`form` to print: crontab, line, systemd")
	f.StringVar(&o.out, "out", "", "`folder` to write systemd's units into, instead of printing them")
	f.BoolVar(&o.asJSON, "json", false, "print a JSON line for each newspaper")
	completeFlag(cmd, "format", cronFormats)
	return cmd
}

var cronFormats = []string{"crontab", "line", "systemd"}

type cronLine struct {
	Type     string `json:"type"`
	Site     string `json:"site"`
	Schedule string `json:"schedule"`
	Zone     string `json:"zone"`
	Command  string `json:"command"`
}

const cronZone = "Asia/Ho_Chi_Minh"

// plan is one newspaper's crawl by schedule.
type plan struct {
	site     *sites.Site
	schedule string
}

func (a *app) cron(names []string, o cronOptions) error {
	if err := oneOf("format", o.format, cronFormats...); err != nil {
		return err
	}
	if o.out != "" && o.format != "systemd" {
		return errors.New("--out is for --format systemd")
	}
	if o.asJSON && o.format != "crontab" {
		return errors.New("--json prints the schedules: leave out --format")
	}
	c, err := a.crawlConfig()
	if err != nil {
		return err
	}
	words, tail, err := a.cronCommandLine(c)
	if err != nil {
		return err
	}
	papers, err := enabledSites(c, names)
	if err != nil {
		return err
	}
	var plans []plan
	for _, s := range papers {
		plans = append(plans, plan{s, *c.Sites[s.Name].Schedule})
	}
	switch o.format {
	case "line":
		command := shellLine(slices.Concat(words, names, []string{"--if-due"}, tail))
		_, err = printf(a.out, "# Bảo Lưu: asks what is due by the schedules in the settings.\n*/5 * * * * %s\n", crontabCommand(command))
		return err
	case "systemd":
		units, err := systemdUnits(plans, words, tail)
		if err != nil {
			return err
		}
		return a.putUnits(units, o.out)
	}
	if !o.asJSON {
		printf(a.out, "# Bảo Lưu: crawls by schedule, hours of Vietnam.\nCRON_TZ=%s\n", cronZone)
	}
	for _, p := range plans {
		command := shellLine(append(append(words[:len(words):len(words)], p.site.Name), tail...))
		if o.asJSON {
			err = printJSON(a.out, cronLine{"cron", p.site.Name, p.schedule, cronZone, command})
		} else {
			_, err = printf(a.out, "%s %s\n", p.schedule, crontabCommand(command))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// cronCommandLine is the words of a crawl before and behind the newspaper's name.
// They are the same from any folder.
func (a *app) cronCommandLine(c Config) (words, tail []string, err error) {
	program, err := os.Executable()
	if err != nil {
		return nil, nil, fmt.Errorf("find the program's own file: %w", err)
	}
	folder, err := filepath.Abs(c.Archive)
	if err != nil {
		return nil, nil, err
	}
	words, tail = []string{program, "crawl"}, []string{"--quiet", "--archive", folder}
	if len(c.Own.Files) > 0 {
		papers, err := filepath.Abs(c.Newspapers)
		if err != nil {
			return nil, nil, err
		}
		tail = append(tail, "--newspapers", papers)
	}
	if file := cmp.Or(a.configFile, defaultConfigFile); a.configFile != "" || fileExists(file) {
		if file, err = filepath.Abs(file); err != nil {
			return nil, nil, err
		}
		tail = append(tail, "--config", file)
	}
	return words, tail, nil
}

// crontabCommand is a command as crontab(5) reads it: an unescaped % ends it.
func crontabCommand(command string) string { return strings.ReplaceAll(command, "%", `\%`) }

// unit is one file of systemd's.
type unit struct{ name, text string }

// putUnits prints the units, or writes them into a folder.
func (a *app) putUnits(units []unit, folder string) error {
	if folder != "" {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return fmt.Errorf("make the folder for the units: %w", err)
		}
	}
	for _, u := range units {
		if folder == "" {
			printf(a.out, "# %s\n", u.name)
			if _, err := io.WriteString(a.out, u.text+"\n"); err != nil {
				return err
			}
			continue
		}
		if err := writeAtomically(filepath.Join(folder, u.name), []byte(u.text)); err != nil {
			return err
		}
		printf(a.err, "written: %s\n", filepath.Join(folder, u.name))
	}
	if folder != "" {
		fmt.Fprintln(a.err, "to start them: systemctl daemon-reload && systemctl enable --now 'baoluu-*.timer'")
	}
	return nil
}

// systemdUnits is one service for all newspapers, its instance named by the
// newspaper, and a timer for each.
func systemdUnits(plans []plan, words, tail []string) ([]unit, error) {
	command := systemdLine(words) + " %i " + systemdLine(tail)
	units := []unit{{"baoluu@.service", `[Unit]
Description=Bảo Lưu: crawl %i
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=` + command + `
# Some pages failed, or the last crawl is still at work: no failure of the unit.
SuccessExitStatus=3 11
TimeoutStopSec=10
Nice=10
`}}
	for _, p := range plans {
		calendar, err := onCalendar(p.schedule)
		if err != nil {
			return nil, fmt.Errorf("schedule of %s: %w", p.site.Name, err)
		}
		var b strings.Builder
		printf(&b, "[Unit]\nDescription=Bảo Lưu: crawl %s by schedule (%s)\n\n[Timer]\n", p.site.Name, p.schedule)
		for _, c := range calendar {
			printf(&b, "OnCalendar=%s\n", c)
		}
		printf(&b, "AccuracySec=1s\nPersistent=true\nUnit=baoluu@%s.service\n\n[Install]\nWantedBy=timers.target\n", p.site.Name)
		units = append(units, unit{"baoluu-" + p.site.Name + ".timer", b.String()})
	}
	return units, nil
}

// systemdLine quotes words for systemd, which reads % and $ even in quotes.
func systemdLine(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = strings.NewReplacer("%", "%%", "$", "$$").Replace(w)
		if w == "" || strings.ContainsAny(w, " \t\"'\\;") {
			quoted[i] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(quoted[i]) + `"`
		}
	}
	return strings.Join(quoted, " ")
}

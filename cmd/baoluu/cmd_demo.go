package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/archive/reclean"
	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
)

func (a *app) demoCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show all steps on five sample newspapers: no network, no set-up",
		Long: `Demo serves five sample newspapers from inside the program, crawls them with the
same collectors that crawl the real ones, pictures and style sheets included, changes
some articles, crawls again, shows the history and the difference, searches, cleans
again and exports. "baoluu serve" shows what it leaves in a browser. Nothing leaves
this machine; texts and pictures are made up.`,
		Example: "  baoluu demo\n  baoluu demo --dir /tmp/my-demo",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), dir) },
	}
	cmd.Flags().StringVar(&dir, "dir", "", "`folder` for the archive and the corpus (default a new temporary folder)")
	return cmd
}

func (a *app) demo(ctx context.Context, dir string) (err error) {
	if a.archiveFlag != "" {
		return errors.New("the demo makes an archive of its own: choose its folder with --dir")
	}
	if dir == "" {
		if dir, err = os.MkdirTemp("", "baoluu-demo-"); err != nil {
			return err
		}
	} else if err := emptyFolder(dir); err != nil {
		return err
	}
	a.archiveFlag = filepath.Join(dir, "archive")
	defaults := defaultConfig()
	a.settings = &defaults // whatever lies here
	corpusDir := filepath.Join(dir, "corpus")

	web := sampleweb.New()
	server, err := web.Listen()
	if err != nil {
		return fmt.Errorf("start the sample newspapers: %w", err)
	}
	defer func() { err = errors.Join(err, server.Close()) }()

	arch, err := archive.Create(a.archiveFlag)
	if err != nil {
		return err
	}
	step := a.steps()
	changes, pictured, err := a.demoCrawls(ctx, arch, web, server, step)
	if err != nil {
		return err
	}
	for _, s := range []struct {
		title string
		show  func() error
	}{
		{"baoluu log: the history of the edited article", func() error { return a.log(ctx, changes.Edited.URL, time.Time{}, logOptions{}) }},
		{"baoluu diff: the sentence that changed, and nothing else", func() error { return a.diff(ctx, changes.Edited.URL, 0, 0, time.Time{}, false) }},
		{"baoluu diff: a picture that was exchanged", func() error { return a.diff(ctx, pictured.URL, 0, 0, time.Time{}, false) }},
		{"baoluu log: the article that was taken down is kept", func() error { return a.log(ctx, changes.TakenDown.URL, time.Time{}, logOptions{}) }},
		{"baoluu search: an article is found without a mark", func() error {
			return a.search(ctx, "doan vien thanh nien cat tro", nil, searchOptions{limit: 1})
		}},
		{"baoluu reclean: the stored pages, cleaned again (nothing is overwritten)", func() error { return a.recleanBriefly(ctx, arch) }},
		{"baoluu export: a plain-text corpus", func() error { return a.export(ctx, nil, exportOptions{format: "txt", out: corpusDir}) }},
		{"baoluu verify: everything is intact", func() error { return a.verify(ctx, nil, false) }},
		{"baoluu stats: what it takes", func() error { return a.stats(ctx, nil, false) }},
	} {
		step(s.title)
		if err := s.show(); err != nil {
			return err
		}
	}

	step("Where everything lies, and what to try next")
	printf(a.out, `archive  %s
corpus   %s

  baoluu list --archive %[3]s
  baoluu show --archive %[3]s %[4]s
  baoluu show --archive %[3]s --version 1 --json %[4]s
  baoluu search --archive %[3]s --ever '"cầu dài 46m"'
  baoluu crawl dantri --limit 20     (the real newspaper, into ./archive)

From a clone, "go run ./cmd/baoluu" stands for "baoluu". To look at all of it in a
browser, at http://%[5]s/:

  baoluu serve --archive %[3]s
`, a.archiveFlag, corpusDir, shellLine([]string{a.archiveFlag}), changes.Edited.URL, defaultListen)
	return nil
}

// demoPictured is the article whose picture is exchanged.
const demoPictured = "https://dantri.com.vn/du-lich/mot-som-mua-lua-chin-o-thung-lung-muong-hoa-ban-20261112064455903.htm"

// refusing is the newspaper that refuses the demo's last crawl.
const refusing = "vov"

// demoCrawls crawls the sample newspapers, with all that their pages need, changes some articles
// and crawls again. pictured is one whose picture was exchanged.
func (a *app) demoCrawls(ctx context.Context, arch *archive.Archive, web *sampleweb.Web, server *sampleweb.Server, step func(string)) (changes sampleweb.Changes, pictured sampleweb.Truth, err error) {
	var jobs []crawlJob
	for _, name := range web.Sites() {
		s, err := siteNamed(name)
		if err != nil {
			return changes, pictured, err
		}
		jobs = append(jobs, crawlJob{s, crawler.Options{
			Version: version(), Contact: "demo@example.org", Dial: server.DialContext, RootCAs: server.CA(), Assets: crawler.AllAssets,
		}})
	}
	// Whatever the settings are: nobody is notified of a demo, and no free room is asked for.
	crew := a.newCrew(Config{}, arch, crawlOptions{}, slog.New(slog.DiscardHandler))
	step("Crawl: five sample newspapers on this machine, under their real host names")
	if err := crew.crawlAll(ctx, jobs); err != nil {
		return changes, pictured, err
	}

	step("The newspapers change: one article is edited, one taken down, one published")
	looks := oldArticles(web, jobs)
	if changes, err = web.Scenario(); err != nil {
		return changes, pictured, err
	}
	printf(a.out, "edited      %s\n", changes.Edited.URL)
	printf(a.out, "taken down  %s\n", changes.TakenDown.URL)
	printf(a.out, "published   %s\n", changes.Published.URL)

	step("Crawl again: what did not change costs a few bytes")
	if err := crew.crawlAll(ctx, jobs); err != nil {
		return changes, pictured, err
	}
	step("Ask again for what is older than a week, by address; a crawl does so over some weeks")
	if err := crew.crawlAll(ctx, looks); err != nil {
		return changes, pictured, err
	}
	if pictured, err = a.demoPicture(ctx, crew, web, jobs, step); err != nil {
		return changes, pictured, err
	}
	return changes, pictured, a.demoLater(ctx, crew, web, jobs, step)
}

// demoPicture has an article's picture exchanged, and looks at that article again.
func (a *app) demoPicture(ctx context.Context, crew *crew, web *sampleweb.Web, jobs []crawlJob, step func(string)) (sampleweb.Truth, error) {
	step("A picture is exchanged, and the article says nothing of it")
	truth, _ := web.TruthAt(demoPictured)
	if _, err := web.ChangePicture(truth.Site, truth.Key, 1, sampleweb.Exchanged); err != nil {
		return truth, err
	}
	return truth, crew.crawlAll(ctx, looksAt(jobs, []sampleweb.Truth{truth}))
}

// demoLater crawls on while articles are corrected further, and until a newspaper refuses.
func (a *app) demoLater(ctx context.Context, crew *crew, web *sampleweb.Web, jobs []crawlJob, step func(string)) error {
	step("Days go by: numbers and names are corrected, a paragraph moves, a newspaper refuses us")
	for {
		changed, err := web.Later()
		if err != nil {
			return err
		}
		if len(changed) == 0 {
			break
		}
		if err := crew.crawlAll(ctx, looksAt(jobs, changed)); err != nil {
			return err
		}
	}
	closed := slices.DeleteFunc(slices.Clone(jobs), func(job crawlJob) bool { return job.site.Name != refusing })
	defer web.Fault("*"+refusing+"*", sampleweb.Status(http.StatusForbidden))()
	err := crew.crawlAll(ctx, closed)
	if errors.Is(err, crawler.ErrBlocked) {
		printf(a.out, "%v\n", err)
		return nil
	}
	return err
}

// oldArticles are jobs over the articles that a crawl recrawls rarely.
func oldArticles(web *sampleweb.Web, jobs []crawlJob) []crawlJob {
	var old []sampleweb.Truth
	for _, job := range jobs {
		for _, address := range web.Articles(job.site.Name) {
			if truth, ok := web.TruthAt(address); ok && time.Since(truth.Published) > 7*24*time.Hour {
				old = append(old, truth)
			}
		}
	}
	return looksAt(jobs, old)
}

// looksAt are jobs over these articles.
func looksAt(jobs []crawlJob, articles []sampleweb.Truth) []crawlJob {
	var looks []crawlJob
	for _, job := range jobs {
		for _, truth := range articles {
			if truth.Site == job.site.Name {
				job.options.Seeds = append(job.options.Seeds, truth.URL)
			}
		}
		if len(job.options.Seeds) > 0 {
			looks = append(looks, job)
		}
	}
	return looks
}

// steps prints numbered headings with the time since the first.
func (a *app) steps() func(string) {
	began, n := time.Now(), 0
	return func(title string) {
		n++
		printf(a.out, "\n%d. %s (%.1fs)\n%s\n", n, title, time.Since(began).Seconds(), strings.Repeat("-", 72))
	}
}

// recleanBriefly cleans every newspaper again and prints one line each.
func (a *app) recleanBriefly(ctx context.Context, arch *archive.Archive) error {
	names, err := arch.Newspapers()
	if err != nil {
		return err
	}
	for _, name := range names {
		r, err := reclean.Run(ctx, arch, name, reclean.Options{Force: true, DryRun: true})
		if err != nil {
			return err
		}
		var same, differ int
		for _, f := range r.Fields {
			same += f.Same
			differ += f.Differ()
		}
		printf(a.out, "%-14s %s cleaned again: %s the same, %d different\n",
			name, plural(r.Articles, "article", "articles"), plural(same, "field", "fields"), differ)
	}
	return nil
}

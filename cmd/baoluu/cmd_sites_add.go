package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/archive/reclean"
	"baoluu/cleaner"
	"baoluu/cleaner/learn"
	"baoluu/crawler"
	"baoluu/sites"
)

type sitesAddOptions struct {
	from          []string
	name, dir     string
	pace          time.Duration
	force, asJSON bool
}

func (a *app) sitesAddCommand() *cobra.Command {
	var o sitesAddOptions
	cmd := &cobra.Command{
		Use:   "add [URL]",
		Short: "Draft the file of a newspaper that the program does not know",
		Long: `Add learns a newspaper from its pages and writes the file that describes it,
newspapers/NAME.yaml: the forms of its articles' addresses, its feeds, sitemaps and lists,
its languages, and for each of its looks a layout: where title, lead, byline, time, body
and the rest stand. What is in doubt has a comment.

With the address of its front page alone it asks the newspaper, as a crawl does: robots.txt
first, one request a second, some fifty in all: the front page, feeds, sitemaps, some
lists, and articles of several sections and years. What comes is kept in the archive.

With --from it asks nothing and learns from pages that are there. The address may then be
left out. ` + sampleHelp + ` Of an archive, the newest pages of all sections and years are taken.

Half of the articles are held out, and what was learnt from the others is tested on
them; then it learns from all. For each field it prints

  PAGES    of those held out, on how many the field is, by either reading
  FOUND    on how many the draft finds it
  GENERIC  on how many the generic cleaner does, which knows no newspaper but reads what
           metadata say
  SAME     on how many both find the same

A newspaper that is known is not added again. To describe it anew from pages, name it:
--from FOLDER --name NAME; a file of yours takes the place of a built-in newspaper.`,
		Example: `  baoluu sites add https://baomau.vn/
  baoluu sites add --from saved-pages/
  baoluu sites add baomau.vn --from crawl.warc.gz --name baomau
  baoluu sites add --from saved-pages/ --name dantri --dir drafts`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("pace") && len(o.from) > 0 {
				return errors.New("--pace is of requests, and --from asks for nothing: give one of them")
			}
			return a.sitesAdd(cmd.Context(), strings.Join(args, ""), o)
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&o.from, "from", nil, "learn from this `file` or folder of pages, without the network; may be repeated")
	f.StringVar(&o.name, "name", "", "the newspaper's `name` in files and commands (default: of its host)")
	f.StringVar(&o.dir, "dir", "", "`folder` to write the file into (default: as \"newspapers\" in the settings says)")
	f.DurationVar(&o.pace, "pace", time.Second, "the least `time` between two requests")
	f.BoolVar(&o.force, "force", false, "write over a file that is there")
	f.BoolVar(&o.asJSON, "json", false, "print a JSON line")
	return cmd
}

// bounds of what is learnt from: package learn reads 400 pages, evenly from all.
const (
	learnPages = 2000
	learnBytes = 512 << 20
)

func (a *app) sitesAdd(ctx context.Context, address string, o sitesAddOptions) error {
	c, err := a.config()
	if err != nil {
		return err
	}
	o.dir = cmp.Or(o.dir, c.Newspapers, defaultNewspapers)
	material, err := newcomer(address, o)
	if err != nil {
		return err
	}
	boundMemory()
	var surveyed *crawler.Findings
	var arch *archive.Archive
	var store crawler.Store
	if len(o.from) > 0 {
		source := &sampleSource{paths: o.from, lists: true, limit: learnPages}
		if material.Pages, err = a.gather(ctx, source); err != nil {
			return err
		}
	} else {
		if arch, err = archive.Create(c.Archive); err != nil {
			return err
		}
		store = guardedStore{arch, newSpaceGuard(c)}
		if surveyed, err = a.survey(ctx, c, store, material, o); err != nil {
			return err
		}
		material.Home = surveyed.Site.Home
		for _, f := range surveyed.Fetched {
			if f.Kind == sites.Article || f.Kind == sites.List || f.Kind == sites.Other {
				material.Pages = append(material.Pages, f.Page)
			}
		}
		for _, n := range surveyed.Named {
			material.Listed = append(material.Listed, n.URL)
		}
		material.Sources = surveyed.Sources
	}
	draft, err := learn.Draft(material)
	if err != nil {
		return err
	}
	file, site, err := writeDraft(draft, o)
	if err != nil {
		return err
	}
	if surveyed != nil {
		if err := surveyed.Settle(ctx, store, site); err != nil {
			return err
		}
		// What came was read as if nobody knew the newspaper. Now somebody does.
		if _, err := reclean.Run(ctx, arch, site.Name, reclean.Options{Accept: true, Limits: reclean.Limits{MaxLoss: 100, MaxDrop: 100}}); err != nil {
			return err
		}
	}
	if o.asJSON {
		return printJSON(a.out, newDraftLine(draft, file, surveyed))
	}
	return a.printDraft(draft, site, file, o, filepath.Clean(o.dir) == filepath.Clean(c.Newspapers))
}

// newcomer is what is known of the newspaper before its pages are: its name and its front page,
// "" each where the pages have to say it.
func newcomer(address string, o sitesAddOptions) (m learn.Material, err error) {
	m.Name = o.name
	if m.Name != "" && !sites.IsName(m.Name) {
		return m, withHint("small letters, digits and hyphens, a letter first, and no word of commands or systems, as all, con", "--name %q is no name of a newspaper", m.Name)
	}
	switch {
	case address == "" && len(o.from) == 0:
		return m, withHint("give the address of its front page, or pages with --from", "sites add: no address is given")
	case address != "":
		u, err := url.Parse(webAddress(address))
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return m, fmt.Errorf("%q is no web address", address)
		}
		m.Home, m.Name = u.String(), cmp.Or(m.Name, learn.NameOf(u.Hostname()))
		if known, ok := sites.ByURL(u); ok && (o.name != known.Name || len(o.from) == 0) {
			return m, alreadyKnown(u.Hostname(), known)
		}
	}
	if m.Name == "" {
		return m, nil
	}
	if known, ok := sites.ByName(m.Name); ok && len(o.from) == 0 {
		// What is asked for is kept under the name: not among the captures of another.
		return m, ofAnother(known)
	}
	return m, vacant(m.Name, o)
}

// alreadyKnown is the error of a host that needs no newspaper.
func alreadyKnown(host string, s *sites.Site) error {
	hint := fmt.Sprintf("\"baoluu sites show %s\" prints what is known of it\nto describe it anew from pages: --from FOLDER --name %[1]s", s.Name)
	return withHint(hint, "%s is known already: %s (%s)", host, s.Name, s.Title)
}

// ofAnother is the error of a name that another newspaper has.
func ofAnother(known *sites.Site) error {
	return withHint("choose another with --name NAME", "%s is the name of %s, which has other hosts", known.Name, known.Title)
}

// vacant refuses to write over a file.
func vacant(name string, o sitesAddOptions) error {
	file := filepath.Join(o.dir, name+newspaperEnding)
	if fileExists(file) && !o.force {
		return withHint("--force writes over it, --name NAME writes another", "%s is there already", file)
	}
	return nil
}

// gather reads pages to learn from.
func (a *app) gather(ctx context.Context, source *sampleSource) (pages []cleaner.Page, err error) {
	var bytes, left int
	err = source.each(ctx, func(s sampled) error {
		if strings.HasPrefix(s.ContentType, "text/plain") {
			return nil
		}
		if len(pages) == learnPages || bytes+len(s.Body) > learnBytes {
			left++
			return nil
		}
		bytes += len(s.Body)
		pages = append(pages, s.Page)
		return nil
	})
	for _, line := range source.unread {
		printf(a.err, "%s\n", line)
	}
	if left > 0 {
		printf(a.err, "%s left out: the first %s are enough\n", plural(left, "page", "pages"), count(len(pages)))
	}
	return pages, err
}

// survey asks the newspaper.
func (a *app) survey(ctx context.Context, c Config, store crawler.Store, m learn.Material, o sitesAddOptions) (*crawler.Findings, error) {
	options := crawler.SurveyOptions{Options: crawler.Options{
		Version: version(), Contact: c.Contact, Timeout: time.Duration(c.HTTP.Timeout), MaxBody: int64(c.HTTP.MaxBody), Pace: o.pace, Proxy: c.HTTP.Proxy,
	}}
	u, err := url.Parse(m.Home)
	if err != nil {
		return nil, err
	}
	if err := crawler.CheckPace(&sites.Site{Name: m.Name, Hosts: []string{u.Hostname()}}, options.Options); err != nil {
		return nil, fmt.Errorf("--pace: %w", err)
	}
	talk, asked := a.talker(o.asJSON), 0
	options.Progress = func(e crawler.Event) {
		asked++
		talk("%s: %s asked for, the last %s", m.Name, plural(asked, "address", "addresses"), e.URL)
	}
	found, err := crawler.Survey(ctx, store, m.Name, m.Home, options)
	if found != nil {
		for _, note := range found.Notes {
			printf(a.err, "%s: %s\n", m.Name, note)
		}
	}
	return found, err
}

// writeDraft writes the file of a newspaper that was drafted, once it reads back and stands beside
// the others.
func writeDraft(draft learn.Drafted, o sitesAddOptions) (file string, site *sites.Site, err error) {
	d := draft.Description
	if err := vacant(d.Name, o); err != nil {
		return "", nil, err
	}
	file = filepath.Join(o.dir, d.Name+newspaperEnding)
	text, err := d.YAML(draft.Comments)
	if err != nil {
		return "", nil, err
	}
	if site, err = sites.Read(file, text); err != nil {
		return "", nil, err
	}
	if known, ok := sites.ByName(d.Name); ok && !slices.ContainsFunc(site.Hosts, known.Owns) {
		return "", nil, ofAnother(known)
	}
	for _, s := range sites.All() {
		if i := slices.IndexFunc(site.Hosts, s.Owns); i >= 0 && s.Name != o.name {
			return "", nil, alreadyKnown(site.Hosts[i], s)
		}
	}
	if err := addNewspapers(writtenNewspapers(d.Name), site); err != nil {
		return "", nil, err
	}
	return file, site, writeNewspaper(file, text)
}

// writtenNewspapers are those that files describe, but the one of a name. Others, that only the archive describes,
// may have one host.
func writtenNewspapers(but string) []*sites.Site {
	return slices.DeleteFunc(sites.All(), func(s *sites.Site) bool { return s.Name == but || sites.OnlyKept(s) })
}

// draftLine is the JSON line of a newspaper that was drafted.
type draftLine struct {
	Type     string       `json:"type"`
	Site     string       `json:"site"`
	Title    string       `json:"title"`
	File     string       `json:"file"`
	Articles int          `json:"articles"` // pages that were read as articles
	Learnt   int          `json:"learnt"`   // of them those that the tested draft was learnt from
	HeldOut  int          `json:"held_out"` // and those that it was tested on
	Fields   []draftField `json:"fields"`
	Layouts  []siteLayout `json:"layouts"`
	Unsure   []string     `json:"unsure"`
	Doubts   []draftDoubt `json:"doubts"`
	Requests *int         `json:"requests"` // null where nothing was asked for
	Notes    []string     `json:"notes"`    // what failed of that
}

// draftField counts pages that were held out.
type draftField struct {
	Field   string `json:"field"`
	Of      int    `json:"of"`
	Found   int    `json:"found"`
	Generic int    `json:"generic"`
	Same    int    `json:"same"`
}

type draftDoubt struct {
	Path string `json:"path"` // in the file: "layouts[0].byline"
	Why  string `json:"why"`
}

func newDraftLine(draft learn.Drafted, file string, surveyed *crawler.Findings) draftLine {
	d := draft.Description
	line := draftLine{
		Type: "site_draft", Site: d.Name, Title: d.Title, File: file, Articles: draft.Articles, Learnt: draft.Learnt, HeldOut: draft.HeldOut,
		Fields: []draftField{}, Layouts: []siteLayout{}, Unsure: append([]string{}, draft.Unsure...), Doubts: doubts(draft.Comments), Notes: []string{},
	}
	for _, f := range draft.Fields {
		line.Fields = append(line.Fields, draftField{f.Name, f.Of, f.Found, f.Generic, f.Same})
	}
	for _, l := range d.Layouts {
		line.Layouts = append(line.Layouts, siteLayout{l.Name, optional(l.Since)})
	}
	if surveyed != nil {
		line.Requests = &surveyed.Run.Requests
		line.Notes = append(line.Notes, surveyed.Notes...)
	}
	return line
}

// doubts are the comments of a draft, by their places; those on the whole are told apart.
func doubts(comments sites.Comments) []draftDoubt {
	list := []draftDoubt{}
	for _, path := range slices.Sorted(maps.Keys(comments)) {
		for _, text := range comments[path] {
			if !strings.HasPrefix(text, "unsure: ") {
				list = append(list, draftDoubt{path, strings.TrimPrefix(text, "in doubt: ")})
			}
		}
	}
	return list
}

func (a *app) printDraft(draft learn.Drafted, site *sites.Site, file string, o sitesAddOptions, known bool) error {
	printf(a.out, "%s (%s), learnt from %s: %s\n", site.Name, site.Title, plural(draft.Articles, "article", "articles"), file)
	if draft.HeldOut > 0 {
		printf(a.out, "\nLearnt from %s, tested on %d that it had not seen:\n", plural(draft.Learnt, "article", "articles"), draft.HeldOut)
		if err := printDraftFields(a.out, draft.Fields); err != nil {
			return err
		}
	}
	for _, why := range draft.Unsure {
		printf(a.out, "\nUnsure: %s\n", why)
	}
	if list := doubts(draft.Comments); len(list) > 0 {
		fmt.Fprintln(a.out, "\nIn doubt or guessed, as the file says, too:")
		for _, d := range list {
			printf(a.out, "  %s: %s\n", d.Path, d.Why)
		}
	}
	pages, more := "", ""
	if len(o.from) > 0 {
		pages = " " + shellLine(o.from)
	}
	if !known {
		more = " --newspapers " + shellLine([]string{o.dir})
	}
	_, err := printf(a.out, `
Read the file, then:
  baoluu sites test %[1]s%[2]s%[3]s
  baoluu crawl %[1]s --limit 20%[3]s
`, site.Name, pages, more)
	return err
}

func printDraftFields(w io.Writer, fields []learn.Field) error {
	return table(w, func(w io.Writer) {
		fmt.Fprintln(w, "FIELD\tPAGES\tFOUND\tGENERIC\tSAME")
		for _, f := range fields {
			if f.Of > 0 {
				printf(w, "%s\t%s\t%s\t%s\t%s\n", f.Name, count(f.Of), count(f.Found), count(f.Generic), count(f.Same))
			}
		}
	})
}

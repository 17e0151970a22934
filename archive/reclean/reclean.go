package reclean

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/newspaper"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/cleaner"
)

// Options choose what a re-clean does.
type Options struct {
	// Accept keeps the result. Without it nothing is changed.
	Accept bool
	// Force cleans also what the present cleaner has cleaned already.
	Force bool
	// Progress is called now and then with the number of the capture that it has come to, and
	// the last one's. It may be nil.
	Progress func(capture, last uint64)
}

// Report is what a re-clean found.
type Report struct {
	Captures int // whose body was cleaned
	Current  int // left alone: the present cleaner's work already
	Articles int // that are articles now, of those cleaned
	Gained   int // that were none before
	Lost     int // that were and are none now
	Fields   []Field
	// TakenBack counts the versions that are none by the present cleaner and rules, such
	// as a notice that stood in an article's place; Found those that come new. Pages are
	// those whose versions change, some of them.
	TakenBack, Found int
	Pages            []PageVersions
	// Versions of the whole newspaper; the same unless the result was accepted.
	VersionsBefore, VersionsAfter int
	Accepted                      bool
}

// Field counts how one field of the articles came out.
type Field struct {
	Name     string // as in the article's JSON
	Same     int
	Filled   int // was empty before
	Lost     int // is empty now
	Changed  int
	Examples []Example // of what is not the same, a few
}

// Example is one difference that a re-clean made.
type Example struct {
	Capture  uint64
	Page     string
	Old, New string // shortened
}

const (
	recleanBatch = 32 // captures to a transaction
	maxExamples  = 3
	maxExample   = 200 // runes
)

// Run cleans the stored captures of a newspaper again and reports, field by
// field, what comes out differently. Accepted, the result becomes a new
// generation: it is written beside the old one, which readers go on reading, and
// takes its place in one transaction. Crawls may go on meanwhile.
//
// Versions follow from the new articles by the usual rule, so that a better
// cleaner may take back a version that an ad had made; one capture never becomes two
// versions. Where another re-clean is being accepted, or a page forgotten, one that is to be
// accepted is an [archive.ErrInUse] at once.
func Run(ctx context.Context, a *archive.Archive, site string, o Options) (Report, error) {
	np := a.Newspaper(site)
	if o.Accept {
		unlock, err := np.File.LockReclean()
		if err != nil {
			return Report{}, err
		}
		defer unlock()
	}
	state, err := np.State(ctx)
	if err != nil {
		return Report{}, err
	}
	if o.Accept {
		if err := np.DropGenerations(ctx, state.Generation); err != nil {
			return Report{}, err
		}
	}
	v, err := a.View(ctx, site)
	if err != nil {
		return Report{}, err
	}
	stats, err := v.Stats(ctx) // it goes through all pages: a damaged one is found before the work
	if err != nil {
		return Report{}, err
	}
	rc := &recleaner{paper: np, options: o, present: state.Generation, fresh: np.NewGeneration(state.Generation + 1)}
	rc.report.VersionsBefore, rc.report.VersionsAfter = stats.Versions, stats.Versions
	if err := rc.captures(ctx, state.Last); err != nil {
		return rc.finished(), err
	}
	if err := rc.recount(ctx, schema.UpTo(state.Last)); err != nil || !o.Accept {
		return rc.finished(), err
	}
	versions, err := rc.fresh.Accept(ctx, rc.captures)
	if err == nil {
		rc.report.Accepted, rc.report.VersionsAfter = true, versions
	}
	return rc.finished(), err
}

// recleaner is one re-clean under way.
type recleaner struct {
	paper   *newspaper.Newspaper
	options Options
	present uint32 // generation
	fresh   *newspaper.Generation
	report  Report
	fields  map[string]*Field
}

// candidate is a capture to be looked at, with all that it takes.
type candidate struct {
	capture capture.Capture
	page    string
	article schema.Article
	had     bool
	payload []byte // the record as it is
	chain   body.Chain
}

// captures cleans the captures up to a number.
func (rc *recleaner) captures(ctx context.Context, last uint64) error {
	var come uint64
	for batch, err := range store.Batches(ctx, rc.paper.File, schema.Captures.From(rc.fresh.Done+1), store.ScanBatch, func(r schema.Reader, n uint64, stored schema.Capture) (candidate, bool, error) {
		if n > last {
			return candidate{}, false, schema.ErrStop
		}
		come = n
		ca, wanted, err := rc.candidate(r, stored.Plain())
		if err == nil && rc.options.Accept {
			rc.fresh.Touched[ca.page] = true
		}
		return ca, wanted, schema.Captures.Name(n, err)
	}) {
		if err == nil {
			err = rc.clean(ctx, batch)
		}
		if err != nil {
			return err
		}
		if rc.options.Progress != nil {
			rc.options.Progress(come, last)
		}
	}
	rc.fresh.Done = last // which may be a number that was forgotten
	return nil
}

// candidate reads what is needed of a capture. Not wanted is what has no body of
// its own and no article, and what was never to be an article: robots.txt, feeds.
func (rc *recleaner) candidate(r schema.Reader, c capture.Capture) (ca candidate, wanted bool, err error) {
	ca.capture = c
	if ca.page, err = schema.LoadAlias(r, c.Page); err != nil {
		return ca, false, err
	}
	if ca.payload, err = schema.Articles(rc.present).Payload(r, c.Number); err != nil {
		return ca, false, err
	}
	if ca.payload != nil {
		ca.had = true
		if ca.article, err = schema.Articles(rc.present).Decode(ca.payload); err != nil {
			return ca, false, err
		}
	} else {
		rec, _, err := schema.Pages.Load(r, ca.page)
		if err != nil {
			return ca, false, err
		}
		if c.Kind == capture.Revisit || c.State != capture.Live || rec.ID == "" {
			return ca, false, nil
		}
	}
	if c.Digest == "" {
		return ca, ca.had, nil // an article without a body: it stays as it is
	}
	n, err := schema.BodyNumber(r, c.Digest)
	if err != nil || n == 0 {
		return ca, ca.had, err
	}
	ca.chain, err = rc.paper.Bodies.Chain(r, n)
	return ca, true, err
}

// clean cleans captures and, where the result is to be kept, stores it.
func (rc *recleaner) clean(ctx context.Context, list []candidate) error {
	for batch := range slices.Chunk(list, recleanBatch) {
		if err := errors.Join(ctx.Err(), rc.cleanBatch(ctx, batch)); err != nil {
			return err
		}
	}
	return nil
}

func (rc *recleaner) cleanBatch(ctx context.Context, batch []candidate) error {
	np := rc.paper
	type result struct {
		capture capture.Capture
		payload []byte // as it was
		article body.PackedArticle
	}
	var results []result
	for _, ca := range batch {
		if len(ca.chain.Parts) == 0 || ca.had && ca.article.Cleaner == np.CleanerName() && !rc.options.Force {
			rc.report.Current++
			results = append(results, result{capture: ca.capture, payload: ca.payload})
			continue
		}
		body, err := np.Bodies.Unpack(ca.chain)
		if err != nil {
			return err
		}
		art, refused := np.Cleaner.Read(np.Name, ca.capture, body)
		var old *cleaner.Article
		if ca.had && ca.article.Refused == "" {
			was, err := np.Pool.Article(ca.capture.Number, ca.article, body)
			if err != nil {
				return err
			}
			old = &was
		}
		rc.count(ca, old, art)
		if !rc.options.Accept {
			continue
		}
		packed, err := np.PackArticle(art, refused, body)
		if err != nil {
			return err
		}
		results = append(results, result{capture: ca.capture, article: packed})
	}
	if !rc.options.Accept {
		return nil
	}
	return np.Update(ctx, func(s schema.Writer) error {
		t := rc.fresh.Begin(s)
		for _, r := range results {
			if r.payload == nil {
				if err := t.SaveArticle(r.capture, r.article); err != nil {
					return err
				}
				continue
			}
			if err := schema.Articles(rc.fresh.Number).SavePayload(s, r.capture.Number, r.payload); err != nil {
				return err
			}
		}
		return nil
	})
}

// count adds one capture to the report.
func (rc *recleaner) count(ca candidate, old, now *cleaner.Article) {
	r := &rc.report
	r.Captures++
	if now != nil {
		r.Articles++
	}
	switch {
	case old == nil && now != nil:
		r.Gained++
	case old != nil && now == nil:
		r.Lost++
	}
	if old == nil || now == nil {
		return
	}
	if rc.fields == nil {
		rc.fields = map[string]*Field{}
	}
	for _, f := range fields() {
		fr, ok := rc.fields[f.name]
		if !ok {
			fr = &Field{Name: f.name}
			rc.fields[f.name] = fr
		}
		was, is := f.text(old), f.text(now)
		switch {
		case was == is:
			fr.Same++
			continue
		case was == "":
			fr.Filled++
		case is == "":
			fr.Lost++
		default:
			fr.Changed++
		}
		if len(fr.Examples) < maxExamples {
			fr.Examples = append(fr.Examples, Example{ca.capture.Number, ca.page, shorten(was, is), shorten(is, was)})
		}
	}
}

func (rc *recleaner) finished() Report {
	for _, f := range fields() {
		if fr := rc.fields[f.name]; fr != nil {
			rc.report.Fields = append(rc.report.Fields, *fr)
		}
	}
	return rc.report
}

// field is one field of an article, as text for a comparison.
type field struct {
	name string
	text func(*cleaner.Article) string
}

func fields() []field {
	list := func(v any, n int) string {
		if n == 0 {
			return ""
		}
		b, err := schema.Encode(v)
		if err != nil {
			return err.Error()
		}
		return string(b)
	}
	at := func(t cleaner.Time) string {
		if t.IsZero() {
			return ""
		}
		return schema.InZone(t.Time).Format(time.RFC3339)
	}
	return []field{
		{"language", func(a *cleaner.Article) string { return string(a.Language) }},
		{"title", func(a *cleaner.Article) string { return string(a.Title) }},
		{"kicker", func(a *cleaner.Article) string { return string(a.Kicker) }},
		{"lead", func(a *cleaner.Article) string { return string(a.Lead) }},
		{"dateline", func(a *cleaner.Article) string { return string(a.Dateline) }},
		{"byline", func(a *cleaner.Article) string { return string(a.Byline) }},
		{"source", func(a *cleaner.Article) string { return string(a.Source) }},
		{"published", func(a *cleaner.Article) string { return at(a.Published) }},
		{"modified", func(a *cleaner.Article) string { return at(a.Modified) }},
		{"section", func(a *cleaner.Article) string { return list(a.Section, len(a.Section)) }},
		{"tags", func(a *cleaner.Article) string { return list(a.Tags, len(a.Tags)) }},
		{"captions", func(a *cleaner.Article) string { return list(a.Captions, len(a.Captions)) }},
		{"images", func(a *cleaner.Article) string { return list(a.Images, len(a.Images)) }},
		{"body", func(a *cleaner.Article) string { return list(a.Body, len(a.Body)) }},
		{"related", func(a *cleaner.Article) string { return list(a.Related, len(a.Related)) }},
		{"text", func(a *cleaner.Article) string { return a.Text }},
	}
}

// shorten shows the part of s that differs from other.
func shorten(s, other string) string {
	r, o := []rune(s), []rune(other)
	i := 0
	for i < len(r) && i < len(o) && r[i] == o[i] {
		i++
	}
	if len(r) <= maxExample {
		return s
	}
	from := max(0, min(i-maxExample/4, len(r)-maxExample))
	to := from + maxExample
	var w strings.Builder
	if from > 0 {
		w.WriteString("…")
	}
	w.WriteString(string(r[from:to]))
	if to < len(r) {
		w.WriteString("…")
	}
	return w.String()
}

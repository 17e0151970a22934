package warc

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"baoluu/archive/capture"
	"baoluu/archive/warcfile"
	"baoluu/sites"
)

// What was asked for a capture stands in a request record right behind the capture's own; each
// names the other as its WARC-Concurrent-To. Other programs write the two in either order, and
// mostly only one of them names the other.

const (
	// maxRequest bounds a request that is taken, in bytes; the archive takes no larger ones.
	maxRequest = 64 << 10
	// So many requests wait for a response behind them, of so many bytes. Programs write the two
	// one after the other, or nearly so.
	maxAsked, maxAskedBytes = 1024, 4 << 20
	// maxConcurrent bounds the records that one is said to be concurrent to.
	maxConcurrent = 16
)

// requestRecord is the record of a capture's request; h are the fields of the capture's own.
func requestRecord(site *sites.Site, c capture.Capture, h warcfile.Header) (warcfile.Header, []byte) {
	block := []byte(c.Request)
	return warcfile.Header{
		{Name: warcfile.FieldType, Value: warcfile.TypeRequest},
		{Name: warcfile.FieldID, Value: requestID(site, c)},
		{Name: warcfile.FieldURL, Value: h.Get(warcfile.FieldURL)},
		{Name: warcfile.FieldDate, Value: h.Get(warcfile.FieldDate)},
		{Name: warcfile.FieldConcurrent, Value: h.Get(warcfile.FieldID)},
		{Name: warcfile.FieldPayload, Value: sha256Of(requestBody(block))},
		{Name: warcfile.FieldContentType, Value: warcfile.MediaRequest},
		{Name: ownSite, Value: site.Name},
	}, block
}

// requestBody is what follows the head of a request: nothing, as a rule.
func requestBody(rest []byte) []byte {
	for len(rest) > 0 {
		var line []byte
		if line, rest, _ = bytes.Cut(rest, []byte("\n")); len(bytes.TrimSuffix(line, []byte("\r"))) == 0 {
			break
		}
	}
	return rest
}

// joint is a hash of one way in which a request and a response can be joined: the one has that
// id, and the other names it.
type joint uint64

// joints are those of a record. A request's and a response's are alike where they belong together.
func (a *answers) joints(rec *warcfile.Record) []joint {
	own, other := "request", "response"
	if rec.Type() != warcfile.TypeRequest {
		own, other = other, own
	}
	var list []joint
	if id := warcfile.Unbracket(rec.Header.Get(warcfile.FieldID)); id != "" {
		list = append(list, joint(a.hash(own, foldID(id))))
	}
	for _, id := range rec.Header.All(warcfile.FieldConcurrent) {
		if id = warcfile.Unbracket(id); id != "" && len(list) <= maxConcurrent {
			list = append(list, joint(a.hash(other, foldID(id))))
		}
	}
	return list
}

// asked are requests that came, for captures that are yet to come.
type asked struct {
	byJoint map[joint]*request
	queue   []*request // in the order in which they came
	bytes   int
}

type request struct {
	text   string
	joints []joint
}

func (r *request) size() int { return len(r.text) + 64*(1+len(r.joints)) }

// add has a request wait. Where there are too many, the oldest wait no longer.
func (a *asked) add(r *request) {
	if a.byJoint == nil {
		a.byJoint = map[joint]*request{}
	}
	a.queue = append(a.queue, r)
	a.bytes += r.size()
	for _, j := range r.joints {
		if a.byJoint[j] == nil {
			a.byJoint[j] = r
		}
	}
	for len(a.queue) > maxAsked || a.bytes > maxAskedBytes {
		old := a.queue[0]
		a.queue = a.queue[1:]
		a.bytes -= old.size()
		for _, j := range old.joints {
			if a.byJoint[j] == old {
				delete(a.byJoint, j)
			}
		}
	}
}

// of is what was asked for a capture, "" where that did not come yet.
func (a *asked) of(joints []joint) string {
	for _, j := range joints {
		if r := a.byJoint[j]; r != nil {
			return r.text
		}
	}
	return ""
}

// takeRequest reads what was asked: by another method than GET, then its response is no page;
// or else it goes with its response.
func (im *importer) takeRequest(ctx context.Context, rec *warcfile.Record) error {
	wanted := im.wanted(rec)
	if !wanted && im.options.Assets == NoAssets {
		return nil
	}
	var text string
	err := fmt.Errorf("%d bytes, at most %d", rec.Length, maxRequest)
	head := rec.Block
	if rec.Length <= maxRequest {
		var block []byte
		if block, err = im.read(rec); err == nil {
			text = capture.Sent(block)
			head = strings.NewReader(text)
		}
	}
	method := methodOf(head)
	if wanted && !im.answers.known && im.answers.learn(rec, method) {
		im.answers.settle()
		im.dropAnswers(rec)
	}
	switch {
	case method != "" && method != "GET", !wanted && (err != nil || method == ""): // a picture comes in without
		return nil
	case err == nil && method == "" && rec.Header.Get(ownSite) == "": // what was exported is taken back as it was
		err = fmt.Errorf("it begins with %.40q", text)
	}
	if err != nil {
		im.problem(warcfile.Problem{Offset: rec.Offset, What: fmt.Sprintf("request record of %.200q left out: %v", rec.URL(), err), Note: true})
		return nil
	}
	r := &request{text: text, joints: im.answers.joints(rec)}
	im.asked.add(r)
	return im.ask(ctx, r)
}

// ask gives a request to the captures that came before it. The first that came for one is
// believed.
func (im *importer) ask(ctx context.Context, r *request) error {
	give := func(it *item) int {
		if it.Request != "" || !slices.ContainsFunc(it.joints, func(j joint) bool { return slices.Contains(r.joints, j) }) {
			return 0
		}
		it.Request = r.text
		return len(r.text)
	}
	for _, b := range im.batches {
		for i := range b.items {
			b.bytes += give(&b.items[i])
		}
	}
	for i := range im.late {
		im.waiting += give(&im.late[i])
	}
	for _, j := range r.joints {
		if s, ok := im.stored[j]; ok {
			if err := im.askStored(ctx, s, r.text); err != nil {
				return err
			}
		}
	}
	return nil
}

// stored is a capture that was committed without a request.
type stored struct {
	site   *sites.Site
	number uint64
}

// askStored gives a request to a capture that was committed before it came.
func (im *importer) askStored(ctx context.Context, s stored, text string) error {
	im.meter.Spend(priceCommit)
	return im.archive.AddRequest(ctx, s.site.Name, s.number, text)
}

// awaits remembers a committed capture whose request may be behind it.
func (im *importer) awaits(it item, number uint64) {
	if it.Request != "" || len(im.stored) >= maxSeen {
		return
	}
	for _, j := range it.joints {
		im.stored[j] = stored{it.site, number}
	}
}

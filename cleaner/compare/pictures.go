package compare

import (
	"slices"

	"baoluu/cleaner/internal/prose"
	"baoluu/cleaner/picture"
	"baoluu/sites"
)

// A picture is its bytes and not its address: newspapers serve one from several hosts, in many
// sizes, and move it with each redesign. So a picture is the same as one of the other article's
// where the bytes are the same, else where both look the same, else where nothing is known of the
// bytes of one and they have one address. Order does not matter, nor how often one is shown.
//
// Of a picture whose bytes are not known nothing is said, nor of those of the other article that
// it may be. Where two look much alike (one is cut out of the other, has a mark on it, is lighter),
// or one cannot be looked at, the newsroom may have exchanged it: [Doubtful].

// FieldImages is what an article changes whose pictures were exchanged, added or taken out.
const FieldImages = "images"

// Picture is one picture of an article, with what is known of its bytes.
type Picture struct {
	URL     string // as the article has it
	Caption string
	Page    string        // the key of what is kept of it; "" for none
	Digest  string        // of its bytes at the time; "" where they are not known
	Print   picture.Print // what it looks like; none where that is not known
}

// PictureEdit is a picture that was exchanged; that was added, where Old is nil; or that was
// taken out, where New is.
type PictureEdit struct {
	Old, New *Picture
	Unsure   bool // it may be the same
}

// Captions are what stood under the two pictures, "" for nothing.
func (e PictureEdit) Captions() (old, now string) {
	if e.Old != nil {
		old = e.Old.Caption
	}
	if e.New != nil {
		now = e.New.Caption
	}
	return old, now
}

// is reports whether two pictures are one, as far as is known.
func (p Picture) is(o Picture) bool {
	switch {
	case p.Digest == "" || o.Digest == "":
		return p.Page != "" && p.Page == o.Page || p.address() == o.address()
	case p.Digest == o.Digest:
		return true
	case !p.Print.Known() || !o.Print.Known():
		return p.address() == o.address()
	}
	return p.Print.Alike(o.Print)
}

func (p Picture) address() string { return sites.SURT(p.URL) }

// without gives the pictures whose bytes are known and which the other reading does not have, each
// once: relaid, not beside its article either. It is none where one of the other's pictures, of
// which nothing is known, may be any of them.
func (r Reading) without(other Reading, relaid bool) (list []Picture) {
	for _, o := range other.Pictures {
		if o.Digest == "" && !slices.ContainsFunc(r.Pictures, o.is) {
			return nil
		}
	}
	for _, p := range r.Pictures {
		if p.Digest == "" || slices.ContainsFunc(other.Pictures, p.is) || slices.ContainsFunc(list, p.is) {
			continue
		}
		if !relaid || !slices.Contains(other.Named, p.Page) {
			list = append(list, p)
		}
	}
	return list
}

// pictures tells what became of an article's pictures. relaid: the pages are made otherwise, and
// what one has beside its article the other may have in it.
func pictures(old, now Reading, relaid bool) (edits []PictureEdit) {
	if len(old.Pictures)+len(now.Pictures) == 0 {
		return nil
	}
	gone, came := old.without(now, relaid), now.without(old, relaid)
	const many = 64 // pairs
	few := len(gone)*len(came) <= many
	for _, like := range []func(o, n Picture) bool{
		func(o, n Picture) bool { return o.address() == n.address() },
		func(o, n Picture) bool { return few && o.Print.Likeness(n.Print) == picture.Akin },
		func(o, n Picture) bool { return o.Caption != "" && prose.ReadsSame(o.Caption, n.Caption) },
		func(_, _ Picture) bool { return true },
	} {
		for i := 0; i < len(gone); i++ {
			at := slices.IndexFunc(came, func(n Picture) bool { return like(gone[i], n) })
			if at < 0 {
				continue
			}
			o, n := gone[i], came[at]
			unsure := relaid || !o.Print.Known() || !n.Print.Known() || o.Print.Likeness(n.Print) == picture.Akin
			edits = append(edits, PictureEdit{Old: &o, New: &n, Unsure: unsure})
			gone, came, i = slices.Delete(gone, i, i+1), slices.Delete(came, at, at+1), i-1
		}
	}
	for _, o := range gone {
		edits = append(edits, PictureEdit{Old: &o, Unsure: relaid})
	}
	for _, n := range came {
		edits = append(edits, PictureEdit{New: &n, Unsure: relaid})
	}
	return edits
}

// withPictures adds what became of the pictures to what became of the texts.
func (d Difference) withPictures(old, now Reading) Difference {
	if d.StandIn != NoStandIn {
		return d
	}
	d.Pictures = pictures(old, now, old.Article.Layout != now.Article.Layout || !old.Page.sameMarkup(now.Page))
	if len(d.Pictures) == 0 {
		return d
	}
	at := len(d.Changed)
	if at > 0 && d.Changed[at-1] == "body" {
		at--
	}
	d.Changed = slices.Insert(slices.Clone(d.Changed), at, FieldImages)
	if slices.ContainsFunc(d.Pictures, func(e PictureEdit) bool { return !e.Unsure }) {
		d.Cause = Edited
	} else if d.Cause != Edited {
		d.Cause = Doubtful
	}
	return d
}

// pictureEdits are the edits of pictures: Old and New are their addresses.
func (d Difference) pictureEdits() (edits []Edit) {
	for _, p := range d.Pictures {
		e := Edit{Field: FieldImages, Picture: &p}
		if p.Old != nil {
			e.Old = []string{p.Old.URL}
		}
		if p.New != nil {
			e.New = []string{p.New.URL}
		}
		edits = append(edits, e)
	}
	return edits
}

package merge

import (
	"baoluu/archive/capture"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/newspaper"
	"baoluu/archive/internal/schema"
	"baoluu/cleaner"
)

// parcel is a capture with what is kept of it, read but not yet unpacked.
type parcel struct {
	capture.Capture
	body    body.Chain // no parts: it brought none
	article schema.Article
	cleaned bool       // it has an article of its own, or a reason why there is none
	needs   []string   // assets, by their pages
	dict    body.Chain // of an article that was packed against another body
}

func (s *parcel) size() (n int) {
	for _, p := range s.body.Parts {
		n += len(p.Frame) + int(p.Size)
	}
	return n + len(s.article.Frame)
}

// loadParcel reads what belongs to a capture.
func loadParcel(np *newspaper.Newspaper, r schema.Reader, generation uint32, c capture.Capture) (s parcel, err error) {
	s.Capture = c
	if c.Digest != "" && c.RevisitOf == 0 {
		n, err := schema.BodyNumber(r, c.Digest)
		if err == nil && n == 0 && c.Kind != capture.Revisit {
			err = schema.Corrupt("the body of capture %d is missing", c.Number)
		}
		if err != nil {
			return s, err
		}
		// A revisit has the body that stands under its own number: what it repeats is
		// gone.
		if c.Kind != capture.Revisit || n == c.Number {
			if s.body, err = np.Bodies.Chain(r, n); err != nil {
				return s, err
			}
		}
	}
	if s.article, s.cleaned, err = schema.Articles(generation).Load(r, c.Number); err != nil {
		return s, err
	}
	s.article.Frame = append([]byte(nil), s.article.Frame...)
	if dict := s.article.Dict; dict != 0 && (len(s.body.Parts) == 0 || dict != s.body.Parts[0].Number) {
		s.dict, err = np.Bodies.Chain(r, dict)
	}
	return s, err
}

// unpackParcel makes of it what can be committed elsewhere.
func unpackParcel(np *newspaper.Newspaper, s parcel) (k capture.Kept, err error) {
	k.Capture, k.Needs = s.Capture, s.needs
	if len(s.body.Parts) > 0 {
		if k.Body, err = np.Bodies.Unpack(s.body); err != nil {
			return k, err
		}
	}
	if !s.cleaned {
		return k, nil
	}
	if s.article.Refused != "" {
		k.Refused = s.article.Refused
		return k, nil
	}
	base := k.Body
	if len(s.dict.Parts) > 0 {
		if base, err = np.Bodies.Unpack(s.dict); err != nil {
			return k, err
		}
	}
	var art cleaner.Article
	if art, err = np.Pool.Article(s.Number, s.article, base); err == nil {
		k.Article = &art
	}
	return k, err
}

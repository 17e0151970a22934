package schema

// What the file says of an article beside its text.

// ArticleHead begins the record of an article. A record without a frame says why
// there is no article.
type ArticleHead struct {
	Cleaner string `json:"cleaner,omitempty"`
	Digest  string `json:"digest,omitempty"` // [cleaner.Article.Digest]
	Refused string `json:"refused,omitempty"`
	Size    int64  `json:"size,omitempty"`
	// Layout and Richness ([cleaner.Article.Richness]) are the article's, for histories, which need no more
	// of most; older records have none.
	Layout   string `json:"layout,omitempty"`
	Richness int    `json:"richness,omitempty"`
	Dict     uint64 `json:"dict,omitempty"` // number of the body that is the frame's dictionary
	Part     [2]int `json:"part,omitzero"`  // from and to: that part of the body alone
}

// Article is an article as it is stored.
type Article struct {
	ArticleHead
	Frame []byte
}

// Dictionary is the part of a page's body that the article is packed against; nil of no body. An
// [ErrCorrupt] says that the body has no such part.
func (h ArticleHead) Dictionary(body []byte) ([]byte, error) {
	from, to := h.Part[0], h.Part[1]
	switch {
	case from == 0 && to == 0:
		return body, nil
	case from < 0 || to <= from || to > len(body):
		return nil, Corrupt("it names the bytes %d to %d of a body that has %d", from, to, len(body))
	}
	return body[from:to], nil
}

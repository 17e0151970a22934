package card

import "time"

// Article is what is counted of an article.
type Article struct {
	Day      time.Time // published, else first seen; of the zone it is in
	Language string    // "" is not known; so are the next two
	Topic    string
	Part     string // of a split
	Labels   []string
	Words    int
}

// Counts counts the articles of one newspaper. The zero value is none.
type Counts struct {
	Articles, Words                  int
	First, Last                      time.Time // days
	Years                            map[int]int
	Languages, Topics, Parts, Labels map[string]int
	Lengths                          [len(edges) + 1]int
}

// edges are the lengths, in words, at which bars of the pictures begin, but for the first.
var edges = [...]int{50, 100, 150, 200, 300, 400, 500, 600, 800, 1000, 1500, 2000, 3000}

// Add counts an article.
func (c *Counts) Add(a Article) {
	if c.Articles == 0 || a.Day.Before(c.First) {
		c.First = a.Day
	}
	if c.Articles == 0 || a.Day.After(c.Last) {
		c.Last = a.Day
	}
	c.Articles++
	c.Words += a.Words
	bar := 0
	for bar < len(edges) && a.Words >= edges[bar] {
		bar++
	}
	c.Lengths[bar]++
	count(&c.Years, a.Day.Year(), 1)
	count(&c.Languages, a.Language, 1)
	count(&c.Topics, a.Topic, 1)
	count(&c.Parts, a.Part, 1)
	for _, l := range a.Labels {
		count(&c.Labels, l, 1)
	}
}

func count[K comparable](to *map[K]int, key K, n int) {
	if *to == nil {
		*to = map[K]int{}
	}
	(*to)[key] += n
}

// add adds what others counted.
func (c *Counts) add(o *Counts) {
	if o.Articles == 0 {
		return
	}
	if c.Articles == 0 || o.First.Before(c.First) {
		c.First = o.First
	}
	if c.Articles == 0 || o.Last.After(c.Last) {
		c.Last = o.Last
	}
	c.Articles += o.Articles
	c.Words += o.Words
	for i, n := range o.Lengths {
		c.Lengths[i] += n
	}
	for year, n := range o.Years {
		count(&c.Years, year, n)
	}
	for _, m := range []struct{ to, from *map[string]int }{
		{&c.Languages, &o.Languages}, {&c.Topics, &o.Topics}, {&c.Parts, &o.Parts}, {&c.Labels, &o.Labels},
	} {
		for name, n := range *m.from {
			count(m.to, name, n)
		}
	}
}

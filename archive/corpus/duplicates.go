package corpus

import "baoluu/archive/corpus/near"

// Keep says which articles of several that are the same are kept.
type Keep string

// The articles that are kept.
const (
	KeepAll      Keep = "all"
	KeepEarliest Keep = "earliest" // that was published first
	KeepLongest  Keep = "longest"
)

// Duplicates finds articles of all newspapers that are the same. First every record is added,
// then [Duplicates.Filter] tells what was found.
type Duplicates struct {
	finder   near.Finder
	last     string // the page that was added last
	clusters *near.Clusters
}

// Add adds a record. Of a page the first that is added counts.
func (d *Duplicates) Add(r Record) {
	if r.Page == d.last {
		return
	}
	d.last = r.Page
	d.finder.Add(near.Article{Key: r.Page, At: r.Day(), Title: string(r.Article.Title), Text: r.Article.Text})
}

// Filter writes into each record which cluster it is of, and leaves out those that are not
// kept. Nothing can be added any more.
func (d *Duplicates) Filter(keep Keep) Filter {
	if d.clusters == nil {
		d.clusters = d.finder.Clusters()
	}
	return Filter{"dedup", func(r *Record) bool {
		cluster, ok := d.clusters.Of(r.Page)
		if !ok {
			return true
		}
		r.Cluster, r.ClusterSize = cluster.Name, cluster.Size
		switch keep {
		case KeepEarliest:
			return r.Page == cluster.Name
		case KeepLongest:
			return r.Page == cluster.Longest
		}
		return true
	}}
}

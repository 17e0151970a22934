package corpus_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"baoluu/archive/corpus"
)

func TestParseSplit(t *testing.T) {
	for text, want := range map[string]string{
		"90/5/5": "", "100/0/0": "", "0/0/100": "", "": "",
		"90/10":     `"90/10" is not three numbers, as in 90/5/5`,
		"90/5/5/0":  `"90/5/5/0" is not three numbers, as in 90/5/5`,
		"90/5/6":    "90/5/6 does not make 100",
		"90/x/10":   `"x" in 90/x/10 is no whole number`,
		"110/-5/-5": `"-5" in 110/-5/-5 is no whole number`,
	} {
		split, err := corpus.ParseSplit(text)
		if got := fmt.Sprint(err); got != want && (err != nil || want != "") {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
		if err == nil && split.String() != text {
			t.Errorf("%s is %s", text, split)
		}
	}
}

// What is the same stands in one part, whatever the page; shares are met about; and whoever is
// in the test part is so with every larger one.
func TestSplit(t *testing.T) {
	split, count := corpus.Split{Train: 80, Validation: 15, Test: 5}, map[string]int{}
	const n = 20000
	for i := range n {
		count[split.Of(corpus.Chosen{Page: fmt.Sprintf("vov/post%d", i)})]++
	}
	for part, want := range map[string]int{"train": 80, "validation": 15, "test": 5} {
		if got := float64(count[part]) * 100 / n; got < float64(want)-1 || got > float64(want)+1 {
			t.Errorf("%s: %.2f %%, want %d", part, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		cluster := rapid.String().Draw(t, "cluster")
		page := rapid.String().Draw(t, "page")
		a, b := corpus.Chosen{Page: cluster, Cluster: cluster, ClusterSize: 1}, corpus.Chosen{Page: page, Cluster: cluster, ClusterSize: 2}
		if cluster != "" && (split.Of(a) != split.Of(b) || split.Of(a) != split.Of(corpus.Chosen{Page: cluster})) {
			t.Errorf("%q of %q stands elsewhere", page, cluster)
		}
		if larger := (corpus.Split{Train: 60, Validation: 20, Test: 20}); split.Of(a) == "test" && larger.Of(a) != "test" {
			t.Errorf("%q leaves the test part", cluster)
		}
	})
}

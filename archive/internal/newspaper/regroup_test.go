package newspaper

import (
	"fmt"
	"testing"
	"time"

	"baoluu/archive/internal/schema"

	"pgregory.net/rapid"
)

// spans makes versions of pairs: the numbers of their first and last captures, a minute apart.
func spans(pairs ...[2]int) (list []schema.Version) {
	at := func(n int) time.Time { return time.Date(2024, 3, 1, 0, n, 0, 0, time.UTC) }
	for _, p := range pairs {
		list = append(list, schema.Version{First: uint64(p[0]), Captured: at(p[0]), Last: uint64(p[1]), Seen: at(p[1])})
	}
	return list
}

func TestRegroup(t *testing.T) {
	for _, c := range []struct {
		before, after []schema.Version
		want          string
	}{
		{nil, nil, "[]"},
		{spans([2]int{1, 2}, [2]int{3, 4}), spans([2]int{1, 2}, [2]int{3, 4}), "[]"},
		{spans([2]int{1, 2}, [2]int{3, 4}), spans([2]int{1, 4}), "[{[1 2] [1]}]"},
		{spans([2]int{1, 4}), spans([2]int{1, 2}, [2]int{3, 4}), "[{[1] [1 2]}]"},
		// A notice in between was taken for an edit, and what came back for another.
		{spans([2]int{1, 1}, [2]int{2, 2}, [2]int{3, 3}), spans([2]int{1, 3}), "[{[1 2 3] [1]}]"},
		// One at the end is none any more; the one behind keeps its own under another number.
		{spans([2]int{1, 1}, [2]int{2, 2}, [2]int{3, 3}), spans([2]int{1, 1}, [2]int{3, 3}), "[{[2] []}]"},
		{spans([2]int{3, 3}), spans([2]int{1, 1}, [2]int{3, 3}), "[{[] [1]}]"},
		{spans([2]int{1, 2}, [2]int{3, 4}), spans([2]int{1, 1}, [2]int{2, 3}, [2]int{4, 4}), "[{[1 2] [1 2 3]}]"},
	} {
		if got := fmt.Sprint(regroup(c.before, c.after)); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

// TestRegroupIsWhole: each version that is not left out stands in one group, in order; those left out are as many
// before as after.
func TestRegroupIsWhole(t *testing.T) {
	versions := rapid.Custom(func(t *rapid.T) []schema.Version {
		var pairs [][2]int
		n := 1
		for range rapid.IntRange(0, 8).Draw(t, "versions") {
			first := n + rapid.IntRange(0, 2).Draw(t, "gap")
			last := first + rapid.IntRange(0, 3).Draw(t, "length")
			pairs, n = append(pairs, [2]int{first, last}), last+1
		}
		return spans(pairs...)
	})
	rapid.Check(t, func(t *rapid.T) {
		before, after := versions.Draw(t, "before"), versions.Draw(t, "after")
		var old, now []int
		for _, g := range regroup(before, after) {
			old, now = append(old, g.Old...), append(now, g.New...)
		}
		for _, list := range [][]int{old, now} {
			for i := range list {
				if i > 0 && list[i] <= list[i-1] {
					t.Fatalf("%v", list)
				}
			}
		}
		if len(before)-len(old) != len(after)-len(now) {
			t.Fatalf("%v of %d, %v of %d", old, len(before), now, len(after))
		}
		if got := regroup(before, before); len(got) > 0 {
			t.Fatalf("of itself: %v", got)
		}
	})
}

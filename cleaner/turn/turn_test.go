package turn

import (
	"context"
	"strings"
	"testing"
)

// One worker of the process reads a large body at a time; what is not large waits for none.
func TestTurns(t *testing.T) {
	var a, b, c Turn
	if err := a.Take(t.Context(), large+1); err != nil || !a.held {
		t.Fatal(err)
	}
	if err := a.Take(t.Context(), 2*large); err != nil { // it is its turn
		t.Fatal(err)
	}
	if err := b.Take(t.Context(), large); err != nil || b.held {
		t.Errorf("%v, held %v", err, b.held)
	}
	got := make(chan error)
	go func() { got <- b.Take(t.Context(), large+1) }()
	select {
	case <-got:
		t.Error("two at once")
	default:
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := c.Take(ended, large+1); err == nil || c.held {
		t.Error("a run that is over has its turn")
	}
	a.Leave()
	if err := <-got; err != nil || !b.held {
		t.Error(err)
	}
	c.Leave()
	b.Leave()
}

func TestWeight(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		large      bool
	}{
		{"a page of half a megabyte", strings.Repeat("<p class=x>Một đoạn văn của bài báo, trong đó có nhiều chữ.</p>\n", 7000), false},
		{"ten megabytes of text", strings.Repeat("x ", 5_000_000), true},
		{"line breaks", strings.Repeat("<br>", 100_000), true},
	} {
		if got := Weight([]byte(tt.body)) > large; got != tt.large {
			t.Errorf("%s: large %v", tt.name, got)
		}
	}
}

package schema

import (
	"testing"

	"baoluu/archive/capture"
	"baoluu/cleaner/compare"
)

// TestCauseOfOldRecords: records that were written before versions had a cause.
func TestCauseOfOldRecords(t *testing.T) {
	for _, test := range []struct {
		v    Version
		want compare.Cause
	}{
		{Version{}, ""},
		{Version{Changed: []string{"title"}}, compare.Edited},
		{Version{Changed: []string{FieldState}, State: capture.Gone}, ChangedState},
		{Version{Changed: []string{FieldState, "body"}}, compare.Edited},
		{Version{Changed: []string{"body"}, Cause: compare.Doubtful}, compare.Doubtful},
	} {
		if got := test.v.Why(); got != test.want {
			t.Errorf("%+v: %q", test.v, got)
		}
	}
	if h := (Head{Versions: 3}); h.Edits() != 2 {
		t.Errorf("%d edits", h.Edits())
	}
}

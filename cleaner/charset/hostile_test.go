package charset_test

import (
	"testing"

	"baoluu/cleaner/charset"
	"baoluu/cleaner/hostile"
)

// Whatever bytes come, and whatever they are said to be, the charset is found within the budget.
// Pages that declare none are read as a whole by the cleaner's tests.
func TestHostileBytes(t *testing.T) {
	for _, declared := range []string{"windows-1258", "utf-16"} {
		t.Run(declared, func(t *testing.T) {
			hostile.Check(t, hostile.Bytes, func(doc []byte) { charset.UTF8(doc, "text/html; charset="+declared) })
		})
	}
}

// Package cleanertest holds what the tests of several rooms of the cleaner read:
// fixtures, the reference data beside the checkout, articles made up.
//
//	helpers.go  fixtures in testdata, and where the reference data lie
//	saved.go    whole pages of the reference data
//	tale.go     articles made up, as a newspaper's markup has them
package cleanertest

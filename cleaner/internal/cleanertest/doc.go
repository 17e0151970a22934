// Package cleanertest holds what the tests of several rooms of the cleaner read:
// fixtures, the reference data beside the checkout, articles made up.
package cleanertest

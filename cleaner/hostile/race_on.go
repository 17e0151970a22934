//go:build race

package hostile

// slack is how much slower the race detector makes what is measured.
const slack = 15

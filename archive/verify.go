package archive

import (
	"context"

	"baoluu/archive/internal/verify"
)

// Problem is one thing that [Archive.Verify] found damaged.
type Problem = verify.Problem

// Loss is what a problem costs, and so what is to be done.
type Loss = verify.Loss

// The losses, the worst last.
const (
	LossDerived = verify.LossDerived // what a re-clean rebuilds
	LossIndex   = verify.LossIndex   // what a rescue rebuilds
	LossFile    = verify.LossFile    // part of the file cannot be reached: a rescue finds what is there
	LossCapture = verify.LossCapture // a capture or a body is gone
)

// VerifyReport is what Verify looked at.
type VerifyReport = verify.Report

// Verify looks at everything that a newspaper's file holds, and calls fn with each
// thing that is damaged: every page of the file, every record's checksum, every body
// unpacked and held against its digest, every article unpacked, every index against
// what it leads to and back. Crawls and readers may go on meanwhile: it has the file for no
// longer than they do. It changes nothing. An error is for what kept it from
// looking, such as a file of unknown format.
//
// Where ctx ends it the next Verify goes on, if the file is the very same by then;
// what was found before is reported again. progress is called now and then with how far it is; it
// may be nil.
func (a *Archive) Verify(ctx context.Context, site string, fn func(Problem), progress func(VerifyReport)) (VerifyReport, error) {
	np := a.Newspaper(site)
	return verify.Run(ctx, verify.Newspaper{File: np.File, Bodies: np.Bodies}, fn, progress)
}

package verify

import (
	"context"
	"slices"
)

// Phases names the phases of a run, in their order.
func Phases() (names []string) {
	for _, p := range newVerifier(Newspaper{}, nil).phases {
		names = append(names, p.name)
	}
	return names
}

// RunWithoutWalk runs as after so many commits that the walk over all pages was given up.
// before is called before each phase.
func RunWithoutWalk(ctx context.Context, of Newspaper, fn func(Problem), before func()) (Report, error) {
	v := newVerifier(of, fn)
	for i, p := range v.phases {
		v.phases[i].run = func(ctx context.Context) error {
			before()
			return p.run(ctx)
		}
	}
	v.restarts = verifyRestarts + 1
	err := v.run(ctx)
	return v.report, err
}

// Records looks at records alone, with or without remembering what was sound.
func Records(ctx context.Context, of Newspaper, fn func(Problem), remember bool) error {
	v := newVerifier(of, fn)
	v.phases = slices.DeleteFunc(v.phases, func(p phase) bool { return p.name == "file" || p.name == "contents" })
	if !remember {
		first := v.phases[0].run
		v.phases[0].run = func(ctx context.Context) error {
			v.facts.list = nil
			return first(ctx)
		}
	}
	return v.run(ctx)
}

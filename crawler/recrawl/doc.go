// Package recrawl says when what is known is asked for again.
//
//   - recrawl.go: articles that were seen alive. A [Plan] ([New]) learns from each look
//     ([Plan.Observe], [Plan.Hinted], [Plan.Edited], [Plan.Born]), says when the next one is
//     due ([Plan.Next]), and when that time has come whether it is still the best
//     ([Plan.Admit]), within the newspaper's daily budget.
//   - retry.go: what failed ([AfterFailure]) or is gone ([AfterGone]), and how long a source
//     is left alone ([Rhythm]).
//
// What a plan learnt is JSON of its own, stored among the host records under [Key]. Ages
// are hours since publication ([Birth]).
//
// It promises: no clock, network or file; the same looks give the same plan. How well it
// does, beside fixed rules, a simulation in the tests measures (docs/performance.md). A Plan
// belongs to one goroutine.
package recrawl

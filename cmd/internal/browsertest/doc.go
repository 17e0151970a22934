// Package browsertest holds tests of "baoluu serve" in a real browser, Debian's Chromium: what
// people do with the pages, by mouse and by keyboard, in both languages, with and without
// scripts. The program serves the demo's archive and some pages more, in a process of its own;
// all that the browser asks for goes through a proxy of the tests, so that nothing is asked
// unseen.
//
// It is tests alone: room_test.go has the server and the browser, tab_test.go a window and what
// is done in it, pages_test.go what holds for each kind of page, journeys_test.go what people do, tricks_test.go what a
// stored page tries, look_test.go and sample_test.go how one looks beside the newspaper's own. Where there is no Chromium they are skipped, saying so; under CI=true
// they fail.
//
//   - BAOLUU_AXE is the path of axe-core's axe.min.js, which judges how accessible each kind of
//     page is.
//   - BAOLUU_PICTURES is a folder into which TestPictures puts screenshots.
package browsertest

// Package web is what serve shows: an archive as pages for people, in Vietnamese and
// English, and as files for programs. It only reads.
//
// Start at [New]. A page is added in five lines:
//
//  1. NAME.go has its handler, func(w, r) error, and func (s *Server) NAMERoutes(), which
//     calls s.handle("GET /path/{site}", s.NAME); name that one in [Server.routes].
//  2. The handler ends in s.render(w, r, "NAME", data), or in s.send for what is no page;
//     errors of the archive are returned as they are, notFound("NAME.word") says more.
//  3. pages/NAME.html defines "title" and "main", both of data; parts/ has what pages share.
//  4. words/NAME.yaml has its words in both languages: {{t "NAME.key" .Args}} and, for a
//     count, {{n "NAME.key" .Count}}. Tests hold words and templates together.
//  5. style/NAME.css has what style/base.css, which lists the shared pieces, does not.
//
// The server:
//
//   - server.go: what it is made of, its addresses, the way of a request.
//   - guard.go: whom it answers, and within which bounds. answer.go: pages, files and errors.
//     sending.go: how they are sent.
//   - language.go chooses the language, words.go has its words, show.go writes its dates and
//     numbers. links.go: permanent links, and lists of many pages.
//   - assets.go: the style sheet and the script. kept.go: values that are not made anew for
//     each reader. follow.go keeps the catalog up to date.
//
// The pages:
//
//   - items.go: articles in lists, wherever they stand, their texts in brief.
//   - today.go: the front page. status.go: how each newspaper does, and what needs a person.
//     spark.go draws its articles a day.
//   - newspaper.go: a newspaper. day.go: a day or a month, with its calendar.
//   - about.go: what this archive is.
//   - article.go: an article, its versions and captures. doubts.go: what is doubtful about it.
//     compare.go: two versions side by side. text.go: all that a page says.
//   - pictures.go: the pictures of articles that the archive has.
//   - search.go: articles by their words. search_index.go keeps the index up to date.
//   - changes.go: edits and takedowns. feed.go: the same as feeds.
//   - aswas.go: a page as it was at a moment, around a frame. raw.go: what stands in the frame.
//     made.go: what was made to stand there is kept. captured.go: what was captured itself, page,
//     picture, style sheet or font, under its address. imports.go: how many sheets a sheet imports.
//   - memento.go: which captures there are of an address, for programs that ask as RFC 7089 has it.
//     cdx.go: the same, and of ranges of addresses, for those that ask as of pywb's index.
//   - api.go: the JSON API, as openapi.yaml describes it. apiread.go: what it answers.
//   - health.go: how the archive and each newspaper do. chart.go: bars, drawn as SVG.
//   - metrics.go: the metrics.
//
// It promises: no request changes the archive; nothing is loaded from another host, and no
// page needs the script; no text of a page stands in HTML but through html/template; a
// request costs bounded time, and a list has fifty lines at most.
package web

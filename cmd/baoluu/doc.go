// Baoluu crawls Vietnamese newspapers, keeps every capture of every article
// for good, shows how an article changed, and turns the archive into clean
// text.
//
// One file a command, cmd_*.go. main.go starts the program. root.go puts the
// commands together, and has what each of them needs: where to talk, and the
// settings. What several commands share stands in files of its own:
//
// The command line:
//
//   - selection.go: which newspapers and which days are meant; pages.go: which page,
//     version and moment. files.go: which files, and the pages in them.
//   - usage.go explains wrong use, completion.go offers words for TAB.
//   - folders.go: folders that a command writes to.
//   - samples.go: the pages that a newspaper is learnt from or tested on; reading.go: how its
//     layouts read them, held against the generic reading.
//
// Settings:
//
//   - newspapers.go reads the owner's newspapers, before anything asks for one.
//   - kept.go reads those that only the archive describes.
//   - config.go reads config.yaml. config_shape.go looks for mistakes in the file itself,
//     config_check.go for values that no crawl can work with, config_units.go reads
//     durations and sizes.
//   - schedule.go: when a newspaper is due. calendar.go: the same for systemd.
//
// Output:
//
//   - output.go is the one place that writes to people.
//   - terminal.go: the terminal, where data is shown on one; pager.go: what is longer than its
//     screen. list_table.go, show_terminal.go,
//     log_timeline.go and redline_terminal.go set lists, articles, histories and changes for it.
//   - change_size.go: how much changed; log_changes.go: what changed in newspapers.
//   - errors.go makes exit codes of errors, words.go puts an error into words.
//   - progress.go shows how a crawl goes on, excerpt.go the first lines of each kind.
//   - ranking.go sorts a list that may be of a million pages.
//   - summary.go: a run in one line; its JSON is in cmd/internal/lines. ledger_row.go: a day of
//     the ledger. forgotten.go: the pages that were forgotten.
//   - logfile.go: the log. metrics.go: the metrics. notify.go: notices to a person.
//
// crawl:
//
//   - crawl_jobs.go: which newspapers, and how. crew.go crawls them side by side.
//     crawl_dryrun.go: what a crawl would ask for.
//   - indexing.go keeps search indexes current, for all commands that change the archive.
//   - disk.go and disk_*.go end a run before the disk is full.
//   - memory.go: how often garbage is collected, here and where pages of strangers are read.
//
// import and export:
//
//   - importer.go imports one file after the other: import_page.go pages, import_warc.go
//     WARC and WACZ files, import_table.go tables of pages, import_csv.go their cells.
//     import_lines.go: what is printed of it.
//   - cmd_export.go writes articles to a folder, export_stream.go to standard output,
//     export_warc.go writes WARC and WACZ files. export_options.go: what the flags say.
//   - export_duplicates.go finds articles that are the same among all that are selected,
//     export_card.go writes README.md.
//   - export_rebuild.go makes a corpus of its manifest again, export_since.go leaves out what
//     earlier ones have.
//
// licenses.go: the licences of the modules that the program is made of.
//
// It promises: data goes to stdout, all else to stderr; nothing that a page or an archive
// holds acts on a terminal; with --json each line is one object, and its names stay; exit
// codes are those of docs/terms.md.
package main

package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"baoluu/archive/corpus"
	"baoluu/archive/export"
)

func (a *app) corpusCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "corpus",
		Short: "Look after the folders that \"baoluu export\" made",
		Long: `Corpus works on the folders that "baoluu export" made. It needs no archive.

  baoluu corpus verify OUT   is all as it was written?`,
		Example: "  baoluu corpus verify corpus/",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.corpusVerifyCommand())
	return cmd
}

func (a *app) corpusVerifyCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify OUT",
		Short: "Look whether a corpus is as it was written",
		Long: `Verify holds the folder of an export against its manifest.json, and prints a line
for each thing that is wrong:

  missing      a file that the manifest lists is not there
  changed      it has other bytes, or SHA256SUMS does not fit
  broken       it cannot be read as what it is: gzip, zstd, JSON lines, Parquet
  extra        a file that the manifest does not list
  miscounted   the files of a newspaper have more articles than it says, or fewer
  incomplete   the folder was being switched to another export

Nothing is written. Exit 0: all is as it was written; 1: something is not, or there
is no manifest that can be read.`,
		Example: "  baoluu corpus verify corpus/\n  baoluu corpus verify corpus/ --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.verifyCorpus(cmd.Context(), args[0], asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON lines: problems, and a summary")
	return cmd
}

// corpusProblem is the JSON line of a problem.
type corpusProblem struct {
	Type    string             `json:"type"`
	Path    string             `json:"path"` // of a file in the folder, or the name of a newspaper
	What    export.ProblemKind `json:"what"`
	Message *string            `json:"message"` // null where there is no more to say
}

type corpusLine struct {
	Type string `json:"type"`
	Out  string `json:"out"`
	export.Verified
	Problems int `json:"problems"`
}

func (a *app) verifyCorpus(ctx context.Context, dir string, asJSON bool) error {
	problems, talk, read := 0, a.talker(asJSON), 0
	count := func(path string, file *os.File) (int, error) {
		read++
		talk("%s read so far", plural(read, "file", "files"))
		return corpus.Count(path, file)
	}
	seen, err := export.Verify(ctx, dir, count, func(p export.Problem) error {
		problems++
		message := ""
		if p.Err != nil {
			message = words(p.Err)
		}
		if asJSON {
			return printJSON(a.out, corpusProblem{"problem", p.Path, p.Kind, optional(message)})
		}
		if message != "" {
			message = ": " + message
		}
		_, err := printf(a.out, "%s: %s%s\n", p.Path, string(p.Kind), message)
		return err
	})
	if err != nil {
		return err
	}
	if asJSON {
		err = printJSON(a.out, corpusLine{"corpus", dir, seen, problems})
	} else if problems == 0 {
		what := plural(seen.Files, "file", "files")
		if seen.Articles > 0 { // a WARC file has none
			what = plural(seen.Articles, "article", "articles") + " in " + what
		}
		_, err = printf(a.out, "%s: intact: %s, %s\n", dir, what, size(seen.Bytes))
	}
	if problems > 0 && err == nil {
		hint := `"baoluu export --manifest ` + dir + `/manifest.json --out FOLDER" makes it again from an archive`
		if (exportOptions{format: seen.Format}).ofCaptures() {
			hint = "the export that made it, called again, makes it whole"
		}
		err = withHint(hint, "%s is not as it was written: %s", dir, plural(problems, "problem", "problems"))
	}
	return err
}

// Command warc-interop reads a WARC file whole, each block too, and says how long it
// took: what speed.mjs does with npm's warcio. run.sh compares the two.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"baoluu/archive/warcfile"
)

func main() {
	if err := read(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	start := time.Now()
	r, err := warcfile.NewReader(f, func(p warcfile.Problem) { fmt.Fprintln(os.Stderr, p) })
	if err != nil {
		return err
	}
	defer r.Close()
	for n := 0; ; n++ {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			fmt.Println(n, time.Since(start).Milliseconds())
			return nil
		}
		if err == nil {
			_, err = io.Copy(io.Discard, rec.Block)
		}
		if err != nil {
			return err
		}
	}
}

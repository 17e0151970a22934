package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"
)

// TestMemoryOfMany runs what goes over a whole archive on one of many captures, each
// command in a process of its own, and holds its peak against 256 MiB. By hand, for it
// takes long:
//
//	BAOLUU_TEST_MANY=200000 go test ./cmd/baoluu -run MemoryOfMany -v -timeout 0
func TestMemoryOfMany(t *testing.T) {
	captures, err := strconv.Atoi(os.Getenv("BAOLUU_TEST_MANY"))
	if err != nil {
		t.Skip("BAOLUU_TEST_MANY=200000 does it")
	}
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	fillMany(t, in("archive"), captures)
	for _, work := range []struct {
		name    string
		args    []string
		archive string   // that it works on
		drop    []string // what nobody needs any more then
	}{
		{"verify", []string{"verify"}, "archive", nil},
		{"export txt", []string{"export", "--format", "txt", "--out", in("out")}, "archive", []string{"out"}},
		{"export jsonl", []string{"export", "--format", "jsonl", "--out", in("out")}, "archive", []string{"out"}},
		{"export wacz", []string{"export", "--format", "wacz", "--out", in("out")}, "archive", []string{"out"}},
		{"export warc", []string{"export", "--format", "warc", "--out", in("warc")}, "archive", nil},
		{"import warc", []string{"import", in("warc")}, "imported", []string{"warc", "imported"}},
		{"backup", []string{"backup", in("backup")}, "archive", nil},
		{"backup again", []string{"backup", in("backup")}, "archive", []string{"backup"}},
		{"merge", []string{"merge", in("archive")}, "merged", []string{"merged"}},
		{"rescue", []string{"rescue", in("rescued")}, "archive", []string{"rescued"}},
		{"drift", []string{"drift"}, "archive", nil},
		{"reclean", []string{"reclean", "--force", "--accept"}, "archive", nil},
	} {
		started := time.Now()
		cmd := exec.Command("baoluu", append(work.args, "--archive", in(work.archive))...)
		cmd.Env = append(os.Environ(), "GOGC=") // as people run it
		peak, out, err := peakOf(cmd)
		t.Logf("%s of %d captures: at most %d MiB resident (%s)", work.name, captures, peak>>20, time.Since(started).Round(time.Second))
		if err != nil {
			t.Errorf("%s: %v\n%s", work.name, err, out[:min(len(out), 2000)])
		}
		if peak == 0 || peak > 256<<20 {
			t.Errorf("%s: %d MiB", work.name, peak>>20)
		}
		for _, name := range work.drop {
			if err := os.RemoveAll(in(name)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// peakOf runs a command and tells how many bytes of it were resident at most. The
// kernel's own account of a child begins with what its parent held when it was started,
// so the child's is asked for until it ends.
func peakOf(cmd *exec.Cmd) (peak int64, output []byte, err error) {
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		return 0, nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	highest := regexp.MustCompile(`VmHWM:\s*(\d+) kB`)
	for tick := time.NewTicker(5 * time.Millisecond); ; {
		select {
		case err := <-ended:
			tick.Stop()
			return peak, out.Bytes(), err
		case <-tick.C:
			status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
			if m := highest.FindSubmatch(status); err == nil && m != nil {
				kilobytes, _ := strconv.ParseInt(string(m[1]), 10, 64)
				peak = kilobytes << 10
			}
		}
	}
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-runewidth"
	"golang.org/x/sys/unix"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/cleaner/plain"
	"baoluu/sites"
)

// terminalPair is a pseudo-terminal: what the program at its one end prints is read at the other.
func terminalPair(t *testing.T, columns, rows int) (reader, screen *os.File) {
	t.Helper()
	reader, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	n, err := unix.IoctlGetInt(int(reader.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(reader.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(int(reader.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: uint16(rows), Col: uint16(columns)})
	}
	if err != nil {
		t.Fatal(err)
	}
	screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return reader, screen
}

// shown is what the program shows on a terminal of some size, given what is typed, and its exit code.
func shown(t *testing.T, columns, rows int, typed string, env []string, args ...string) (string, int) {
	t.Helper()
	reader, screen := terminalPair(t, columns, rows)
	defer reader.Close()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, "baoluu", args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = screen, screen, screen
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	cmd.Env = append(os.Environ(), append([]string{"TERM=xterm-256color", "NO_COLOR=", "PAGER=", "LESS=FRX"}, env...)...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	screen.Close()
	if _, err := io.WriteString(reader, typed); err != nil {
		t.Fatal(err)
	}
	said, _ := io.ReadAll(reader) // ends in an error as the last end is closed
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(said), "\r\n", "\n"), cmd.ProcessState.ExitCode()
}

// cleanerName is a cleaner as commands name it: it is another with each change of the code.
var cleanerName = regexp.MustCompile(`(dantri|vov)/[0-9a-f]{12}\b`)

// golden holds a screen against the one that was read by a person. UPDATE_SCRIPTS=1 writes it anew.
func golden(t *testing.T, name, screen string) {
	t.Helper()
	screen = cleanerName.ReplaceAllString(strings.ReplaceAll(screen, "\x1b", "␛"), "$1/CLEANER.NAME")
	path := filepath.Join("testdata", "screens", name+".txt")
	if os.Getenv("UPDATE_SCRIPTS") != "" {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(screen), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), screen); diff != "" {
		t.Errorf("%s: (-want +got)\n%s", path, diff)
	}
}

// storyPage is an article's page in the newspaper's markup.
func storyPage(url, title string, paragraphs ...string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>%[1]s | Báo Dân trí</title><link rel="canonical" href="%[2]s"></head><body>
<article class="singular-container"><h1 class="title-page detail">%[1]s</h1><time class="author-time" datetime="2022-08-17 09:20">17/08/2022 - 09:20</time>
<h2 class="singular-sapo">(Dân trí) - %[3]s</h2><div class="singular-content">`, title, url, paragraphs[0])
	for _, p := range paragraphs[1:] {
		fmt.Fprintf(&b, "<p>%s</p>\n", p)
	}
	b.WriteString("</div></article></body></html>")
	return b.Bytes()
}

// story is a page over time: texts of nothing are answers that it is gone.
type story struct {
	key, title string
	texts      [][]string
}

var bridge = []string{
	"Cây cầu gỗ mới nối hai bờ rạch đã thông xe sáng 16/8, sau ba tháng bà con góp công.",
	"Cầu dài 46m, rộng 2,2m, chịu được xe máy chở hàng. Hai bên có lan can cao ngang ngực để học sinh đi học không sợ té.",
	"Theo ông Lâm Văn Tòng, trưởng ấp, mỗi nhà góp một ít, ai không có tiền thì góp ngày công, nhà có vườn thì góp cây làm trụ.",
	"Mới hơn 6 giờ sáng, chị Trần Thị Út đã dắt chiếc xe đạp chở hai thúng rau qua cầu để kịp phiên chợ.",
	"Chính quyền xã cho biết sẽ làm thêm đèn chiếu sáng bằng năng lượng mặt trời ở hai đầu cầu trước Tết.",
}

var stories = []story{
	{"20220817000000001", "Cây cầu gỗ nối hai bờ rạch sau ba tháng chung tay", [][]string{
		bridge,
		{bridge[0], strings.ReplaceAll(bridge[1], "46m", "64m"), bridge[2], bridge[3], bridge[4]},
		{bridge[0], bridge[3], strings.ReplaceAll(bridge[1], "46m", "64m"), strings.ReplaceAll(bridge[2], "Lâm Văn Tòng", "Lâm Văn Tùng"), "Đoàn thanh niên xã sẽ trồng hai hàng cây bên lối lên cầu vào cuối tuần này."},
	}},
	{"20220817000000002", "Lớp học may bên chợ", [][]string{
		{"Lớp học mở mỗi tối thứ ba, ai đến cũng được.", "Cô giáo dạy không lấy tiền, máy may do một xưởng cũ tặng lại.", "Đã có mười hai người học xong."},
		nil,
	}},
	{"20220817000000003", "“Giá 5.000 đồng”: quán cơm của những người về hưu, nơi ai cũng có thể ngồi lại thật lâu và kể chuyện phố Hàng Sũ cho nhau nghe", [][]string{
		{"Quán mở cửa từ 10 giờ, hết cơm thì nghỉ.", "Một suất có rau, có đậu, hôm nào được biếu cá thì có cá.", "Khách quen tự rửa bát của mình."},
	}},
	{"20220817000000004", "Ca\u0302\u0300u \u0111o\u0302i: ti\u0301n va\u0306\u0301n vi\u1ebft r\u01a1\u0300i tu\u031b\u0300ng d\u00e2\u0301u, kho\u0302ng ghe\u0301p la\u0323i, d\u0101i ho\u031bn ma\u0300n hi\u0300nh", [][]string{
		{"Tin viết bằng chữ rời dấu vẫn là tiếng Việt.", "Không chữ nào bị cắt khỏi dấu của nó, dù màn hình hẹp đến đâu.", "Đó là điều người đọc mong."},
	}},
	{"20220817000000005", "Zalgo" + strings.Repeat("\u0316\u0321\u035c", 200) + " và " + strings.Repeat("dài", 3000), [][]string{
		{"Tựa bài này quá nhiều dấu.", "Nó dài vạn chữ, và không chữ nào được tràn ra ngoài dòng của nó.", "Hết."},
	}},
	{"20220817000000006", "Trận 東京 – Hà Nội: ✈️ bay đêm 👩‍👩‍👧 về sáng", [][]string{
		{"Chữ rộng hai cột cũng phải thẳng hàng.", "Máy bay cất cánh lúc nửa đêm, hạ cánh khi trời vừa sáng.", "Chuyến sau là thứ hai."},
	}},
}

// storyArchive is an archive of the stories: each was looked at every other day, from 18 August 2022 on.
func storyArchive(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "archive")
	a, err := archive.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	site, _ := sites.ByName("dantri")
	for n, s := range stories {
		for i, text := range s.texts {
			url := "https://dantri.com.vn/xa-hoi/tin-" + s.key + ".htm"
			k := capture.Kept{Capture: capture.Capture{
				Page: s.key, URL: url, Time: time.Date(2022, 8, 18+2*i, 1, 30+n, 0, 0, time.UTC), Kind: capture.Response, State: capture.Gone, Status: 404,
			}}
			if text != nil {
				k.State, k.Status, k.ContentType = capture.Live, 200, "text/html; charset=utf-8"
				k.Body = storyPage(url, s.title, text...)
				article, err := cleaner.Clean(cleaner.Page{Body: k.Body, ContentType: k.ContentType, URL: url, Captured: k.Time}, site)
				if err != nil {
					t.Fatal(err)
				}
				k.Article = &article
			}
			if _, err := a.Commit(t.Context(), "dantri", capture.Batch{Kept: []capture.Kept{k}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// TestScreens holds what is shown on terminals of three widths against screens that were read.
func TestScreens(t *testing.T) {
	dir := storyArchive(t)
	page := "dantri/" + stories[0].key
	for _, test := range []struct {
		name string
		args []string
	}{
		{"list", []string{"list"}},
		{"show", []string{"show", page}},
		{"log", []string{"log", page}},
		{"log-gone", []string{"log", "dantri/" + stories[1].key}},
		{"log-changes", []string{"log"}},
		{"log-patch", []string{"log", "-p", "--reverse", "--until", "2022-08-20", "--site", "dantri"}},
		{"diff", []string{"diff", page}},
	} {
		for _, columns := range []int{60, 80, 120} {
			t.Run(fmt.Sprint(test.name, columns), func(t *testing.T) {
				t.Parallel()
				screen, code := shown(t, columns, 40, "", nil, append([]string{"--archive", dir}, test.args...)...)
				if code != exitDone {
					t.Errorf("exit %d", code)
				}
				golden(t, fmt.Sprintf("%s-%d", test.name, columns), screen)
			})
		}
	}
}

// Without colours, what went and what came is told by signs.
func TestScreensWithoutColours(t *testing.T) {
	dir := storyArchive(t)
	screen, code := shown(t, 80, 60, "", []string{"NO_COLOR=1"}, "diff", "--archive", dir, "dantri/"+stories[0].key)
	if code != exitDone || strings.Contains(screen, "\x1b") {
		t.Errorf("exit %d", code)
	}
	golden(t, "diff-plain-80", screen)
}

// ownStyles are the escape sequences that are ours.
var ownStyles = regexp.MustCompile("\x1b\\[[0-9;]+m")

// Nothing that a page says acts on the terminal, and none of its lines is longer than that is wide.
func TestNothingActsOnTheTerminal(t *testing.T) {
	hostile, page, _ := hostileArchive(t)
	stormy := storyArchive(t)
	storm := "dantri/" + stories[4].key
	for _, test := range []struct {
		dir  string
		args []string
	}{
		{hostile, []string{"list"}}, {hostile, []string{"list", "--sort", "newest"}}, {hostile, []string{"show", page}}, {hostile, []string{"show", "--version", "1", page}},
		{hostile, []string{"show", "--view", "page", "--version", "1", page}}, {hostile, []string{"show", "--view", "html", "--version", "1", page}},
		{hostile, []string{"log", page}}, {hostile, []string{"log"}}, {hostile, []string{"log", "-p"}}, {hostile, []string{"log", "-p", page}},
		{hostile, []string{"diff", page}}, {hostile, []string{"show", "dantri/" + acting[:3]}},
		{stormy, []string{"list"}}, {stormy, []string{"show", storm}}, {stormy, []string{"log", storm}},
	} {
		screen, _ := shown(t, 60, 500, "", nil, append([]string{"--archive", test.dir}, test.args...)...)
		text := ownStyles.ReplaceAllString(screen, "")
		if text != plain.Text(text) {
			t.Errorf("%q: %+q", test.args, text)
		}
		if len(text) == 0 || strings.Contains(text, "panic") {
			t.Errorf("%q: %q", test.args, text)
		}
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "FORGED") && !slices.Contains(test.args, "html") {
				t.Errorf("%q: a line of its own: %q", test.args, line)
			}
			if test.dir == stormy && runewidth.StringWidth(line) > 61 && !strings.HasPrefix(line, "https://") {
				t.Errorf("%q: a line of %d columns: %.200q", test.args, runewidth.StringWidth(line), line)
			}
		}
	}
}

// What is longer than the screen goes through the pager, and the pager may be left.
func TestPager(t *testing.T) {
	dir := storyArchive(t)
	list := []string{"list", "--archive", dir}
	paged := []string{"PAGER=sed s/^/P:/"}
	for _, test := range []struct {
		name      string
		rows      int
		env, args []string
		want      bool // it goes through the pager
	}{
		{"longer than the screen", 6, paged, list, true},
		{"not longer", 24, paged, list, false},
		{"turned off by a flag", 6, paged, append(list, "--no-pager"), false},
		{"turned off by the environment", 6, []string{"PAGER="}, list, false},
		{"one that is not there", 6, []string{"PAGER=/no/such/pager -x"}, list, false},
		{"a terminal that can nothing", 6, append(paged, "TERM=dumb"), list, false},
		{"JSON, too", 6, paged, append(list, "--json"), true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			screen, code := shown(t, 80, test.rows, "", test.env, test.args...)
			n := strings.Count(screen, "\nP:")
			if strings.HasPrefix(screen, "P:") {
				n++
			}
			if lines := strings.Count(screen, "\n"); code != exitDone || test.want && n != lines || !test.want && n > 0 || !strings.Contains(screen, stories[0].key) {
				t.Errorf("exit %d, %d of %d lines by the pager:\n%s", code, n, lines, screen)
			}
		})
	}
	t.Run("left at once", func(t *testing.T) {
		t.Parallel()
		if screen, code := shown(t, 80, 6, "", []string{"PAGER=false"}, list...); code != exitDone || screen != "" {
			t.Errorf("exit %d: %q", code, screen)
		}
	})
	t.Run("talk stands among the data", func(t *testing.T) {
		t.Parallel()
		screen, code := shown(t, 40, 6, "", paged, "show", "--archive", dir, "dantri/"+stories[1].key)
		if code != exitDone || !strings.HasPrefix(screen, "P:dantri/"+stories[1].key+" is gone since") {
			t.Errorf("exit %d: %q", code, screen)
		}
	})
	t.Run("an error comes after what was read", func(t *testing.T) {
		t.Parallel()
		if screen, code := shown(t, 80, 6, "", paged, "show", "--archive", dir, "dantri/1"); code != exitFailed || strings.Contains(screen, "P:") {
			t.Errorf("exit %d: %q", code, screen)
		}
	})
}

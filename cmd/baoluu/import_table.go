package main

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"baoluu/sites"
)

// A table gives saved pages what they do not say themselves: a row for each file, with its
// address and time. It may come from strangers, as the pages do: it can only name files in
// its own folder, it must be UTF-8, and however long it is, little of it is in memory.

const maxTable = 1 << 30 // bytes

// The columns that count, in the order in which they stand where no header names them.
const (
	columnFile = iota
	columnURL
	columnTime
	columnSite
	columns
)

// columnNames are what a header may call them; the first is ours.
var columnNames = [columns][]string{
	columnFile: {"file", "path", "filename", "file name", "file_name"},
	columnURL:  {"url", "address", "uri", "link"},
	columnTime: {"time", "captured", "date", "timestamp", "datetime"},
	columnSite: {"site", "newspaper"},
}

// pageTable is a table that is being read.
type pageTable struct {
	name   string   // as it is named to people
	root   *os.Root // its folder
	folder string
	file   *os.File
	lines  *recordLines
	comma  byte
	at     [columns]int // where each column stands, -1 where it does not
	held   *tableRow    // the first one, read to know the form
	unused []string     // columns that are not used
	// seen has the row that first named each file, more what others said of such a file,
	// folders where they lie.
	seen    map[uint64]seenRow
	more    map[[2]uint64]bool
	seed    maphash.Seed
	folders map[string]bool
}

// tableRow is a row: its cells, or why it cannot be read.
type tableRow struct {
	line int // at which it begins, from 1
	cell [columns]string
	err  error
}

// seenRow is a file's first row by which it was imported, else its first row.
type seenRow struct {
	line int
	said uint64 // what all of it says; 0: the file was not imported by it
}

// openTable checks a table as a whole, and reads its header.
func openTable(name string) (_ *pageTable, err error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("--table %s: a file is wanted, CSV or TSV", name)
	case info.Size() > maxTable:
		return nil, fmt.Errorf("%s is larger than %s, the most that a table may have: split it", name, size(maxTable))
	}
	t := &pageTable{name: name, folder: filepath.Dir(name), seen: map[uint64]seenRow{}, more: map[[2]uint64]bool{}, seed: maphash.MakeSeed(), folders: map[string]bool{}}
	defer func() {
		if err != nil {
			t.close()
		}
	}()
	if t.file, err = os.Open(name); err != nil {
		return nil, err
	}
	if err := checkText(name, t.file); err != nil {
		return nil, err
	}
	if _, err := t.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	if t.root, err = os.OpenRoot(t.folder); err != nil {
		return nil, err
	}
	t.see(importItem{local: filepath.Base(name)}) // no page, whatever it is called
	t.lines = &recordLines{r: bufio.NewReaderSize(t.file, maxRecord)}
	err = t.begin()
	return t, err
}

func (t *pageTable) close() {
	if t.file != nil {
		t.file.Close()
	}
	if t.root != nil {
		t.root.Close() //nolint:errcheck // nothing was written
	}
}

// checkText refuses what is not UTF-8: every row would be read wrongly.
func checkText(name string, r io.Reader) error {
	buffer := make([]byte, 64<<10)
	kept, line, first := 0, 1, true
	for {
		n, err := io.ReadFull(r, buffer[kept:])
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return fmt.Errorf("read %s: %w", name, err)
		}
		chunk := buffer[:kept+n]
		if first {
			switch {
			case bytes.HasPrefix(chunk, []byte("\xff\xfe")), bytes.HasPrefix(chunk, []byte("\xfe\xff")):
				return withHint(utf8Hint, "%s is in UTF-16, not in UTF-8", name)
			case bytes.HasPrefix(chunk, []byte("PK\x03\x04")):
				return withHint(utf8Hint, "%s is a workbook or a zip, not CSV or TSV", name)
			}
			first = false
		}
		for len(chunk) > 0 {
			r, n := utf8.DecodeRune(chunk)
			switch {
			case r == utf8.RuneError && n == 1 && !last && !utf8.FullRune(chunk):
				kept = copy(buffer, chunk)
				chunk = nil
				continue
			case r == utf8.RuneError && n == 1:
				return withHint(utf8Hint, "%s is not in UTF-8: line %d (Windows-1258 or another old character set?)", name, line)
			case r == 0:
				return withHint(utf8Hint, "%s is no text: line %d holds a zero byte", name, line)
			case r == '\n':
				line++
			}
			if chunk = chunk[n:]; len(chunk) == 0 {
				kept = 0
			}
		}
		if last {
			return nil
		}
	}
}

const utf8Hint = `save it as UTF-8; in Excel as "CSV UTF-8 (Comma delimited)"`

// begin finds out what separates the cells, and which column is which.
func (t *pageTable) begin() error {
	first, err := t.firstLine()
	if err != nil {
		return err
	}
	if t.comma == 0 {
		t.comma = separatorOf(first)
	}
	row, cells, err := t.record()
	if err = cmp.Or(err, row.err); err != nil {
		return fmt.Errorf("%s line %d: %w", t.name, row.line, err)
	}
	t.at = [columns]int{-1, -1, -1, -1}
	header := false
	for i, cell := range cells {
		c := columnCalled(cell)
		switch {
		case c < 0:
			if cell != "" {
				t.unused = append(t.unused, cell)
			}
			continue
		case t.at[c] >= 0:
			return fmt.Errorf("%s has two columns for the %s: %q and %q", t.name, columnNames[c][0], cells[t.at[c]], cell)
		}
		header, t.at[c] = true, i
	}
	switch {
	case header && t.at[columnFile] < 0:
		return fmt.Errorf("%s has no column %s", t.name, strings.Join(columnNames[columnFile][:2], " or "))
	case header:
		return nil
	case !isImportable(cells[0]):
		return withHint("its first line must name the columns file, url and time, or a file, its address and time", "%s is no table of pages: line %d begins with %.60q", t.name, row.line, cells[0])
	}
	t.at = [columns]int{columnFile: 0, columnURL: 1, columnTime: 2, columnSite: -1}
	t.unused = nil
	if len(cells) > columnTime+1 {
		t.unused = []string{"all after the third"}
	}
	row.cell = t.chosen(cells)
	t.held = &row
	return nil
}

// firstLine is the first line with anything on it; it stays to be read. Excel's own line
// "sep=;" means what it says.
func (t *pageTable) firstLine() (string, error) {
	for {
		line, err := t.lines.next()
		sep, says := strings.CutPrefix(strings.ToLower(line), "sep=")
		switch {
		case errors.Is(err, io.EOF):
			return "", &partlyError{fmt.Errorf("%s is empty", t.name)}
		case err != nil:
			return "", fmt.Errorf("%s line %d: %w", t.name, t.lines.line, err)
		case strings.Contains(line, "\r"):
			return "", withHint(utf8Hint, "%s: its lines end as on an old Mac, in CR alone", t.name)
		case says && len(sep) == 1 && t.comma == 0:
			t.comma = sep[0]
		case strings.TrimSpace(line) != "":
			t.lines.back(tableLine{text: line})
			return line, nil
		}
	}
}

// separatorOf is what separates the cells of a table: that which makes a header of its
// first line, else that before an address, else what there is.
func separatorOf(line string) (comma byte) {
	comma = ','
	best := 0
	for _, c := range []byte{'\t', ';', ','} {
		s := splitter{comma: c}
		s.line(line) //nolint:errcheck // the cells before it count
		score := 0
		switch {
		case len(s.cells) < 2:
		case slices.ContainsFunc(s.cells, func(cell string) bool { return columnCalled(cell) >= 0 }):
			score = 3
		case strings.Contains(s.cells[1], "://"):
			score = 2
		default:
			score = 1
		}
		if score > best {
			comma, best = c, score
		}
	}
	return comma
}

// columnCalled is the column that a header's cell names, -1 for none.
func columnCalled(cell string) int {
	cell = strings.ToLower(cell)
	return slices.IndexFunc(columnNames[:], func(names []string) bool { return slices.Contains(names, cell) })
}

// next is the next row with anything in it; io.EOF is the end.
func (t *pageTable) next() (tableRow, error) {
	if row := t.held; row != nil {
		t.held = nil
		return *row, nil
	}
	for {
		row, cells, err := t.record()
		if errors.Is(err, errLongLine) {
			row.err, err = err, nil
		}
		row.cell = t.chosen(cells)
		if err != nil || row.err != nil || slices.ContainsFunc(cells, func(cell string) bool { return cell != "" }) {
			return row, err
		}
	}
}

// chosen are the cells of the columns that count.
func (t *pageTable) chosen(all []string) (cells [columns]string) {
	for c, at := range t.at {
		if at >= 0 && at < len(all) {
			cells[c] = all[at]
		}
	}
	return cells
}

// record reads the cells of a row, which goes on over several lines where a quoted cell
// does. Of one that never ends its first line alone is lost.
func (t *pageTable) record() (row tableRow, cells []string, err error) {
	text, err := t.lines.next()
	row.line = t.lines.line
	if err != nil {
		return row, nil, err
	}
	if t.comma == '\t' { // most tables with tabs know no quotes
		return row, splitTabs(text), nil
	}
	s := splitter{comma: t.comma}
	var more []tableLine // that the row goes on in
	for length := len(text); ; {
		open, err := s.line(text)
		if err == nil && !open {
			return row, s.cells, nil
		}
		if err == nil {
			next := t.lines.read()
			more = append(more, next)
			if text = next.text; next.err == nil {
				if length += len(text) + 1; length <= maxRecord {
					continue
				}
			}
			err = errOpenQuote
		}
		t.lines.back(more...)
		row.err = err
		return row, nil, nil
	}
}

// item turns a row into the file that it names, and what it says about it.
func (t *pageTable) item(row tableRow) (importItem, error) {
	it := importItem{tablePlace: tablePlace{t.name, row.line}, given: fileFlags{url: row.cell[columnURL], row: true}}
	name := path.Clean(strings.ReplaceAll(row.cell[columnFile], `\`, "/")) // of Windows
	switch {
	case row.err != nil:
		return it, row.err
	case row.cell[columnFile] == "":
		return it, errors.New("names no file")
	}
	it.file = filepath.Join(t.folder, filepath.FromSlash(name))
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		it.file = row.cell[columnFile]
		return it, errors.New("is outside the table's folder")
	}
	local, err := t.find(filepath.FromSlash(name))
	if err != nil {
		return it, err
	}
	it.file = filepath.Join(t.folder, local)
	t.folders[filepath.Dir(local)] = true
	it.open = func() (*os.File, error) { return t.root.Open(local) }
	it.local = local
	first := t.see(it)
	if first.line == 0 {
		return it, errors.New("is the table itself")
	}
	if address := it.given.url; address != "" && !strings.Contains(address, "://") {
		return it, fmt.Errorf("%q is no address: it begins with https:// or http://", address)
	}
	if it.given.time, err = tableTime(row.cell[columnTime]); err != nil {
		return it, err
	}
	if it.given.site, err = siteCalled(row.cell[columnSite]); err != nil {
		return it, err
	}
	it.said = t.fingerprint(it.given)
	switch {
	case first.said == 0:
	case first.said == it.said || t.more[[2]uint64{t.key(local), it.said}]:
		it.again = true
	case it.given.url == "" || it.given.time == "":
		return it, fmt.Errorf("line %d names the same file; to be another capture of it, this line needs an address and a time", first.line)
	}
	return it, nil
}

// fingerprint is a number for what a row says of its file, however it is written.
func (t *pageTable) fingerprint(f fileFlags) uint64 {
	address, site := f.url, f.site
	if u, err := url.Parse(address); err == nil {
		if s, ok := sites.ByURL(u); ok {
			site = cmp.Or(site, s.Name)
			if a, err := s.Address(address); err == nil && a.Kind != sites.Foreign {
				address = a.URL
			}
		}
	}
	at := ""
	if moment, err := parseTime(f.time); err == nil {
		at = moment.UTC().Format(time.RFC3339Nano)
	}
	return max(1, maphash.String(t.seed, address+"\n"+at+"\n"+site))
}

// find looks for a file of the table's folder. Names are typed in one form of Unicode,
// and stored by some systems in another.
func (t *pageTable) find(name string) (string, error) {
	for _, name := range []string{name, norm.NFC.String(name), norm.NFD.String(name)} {
		info, err := t.root.Stat(name)
		switch {
		case err == nil && info.Mode().IsRegular():
			return name, nil
		case err == nil:
			return "", errors.New("is a folder, or no file of a usual kind")
		case !errors.Is(err, fs.ErrNotExist):
			return "", fmt.Errorf("cannot be read: %w", err)
		}
	}
	return "", errors.New("there is no such file")
}

func (t *pageTable) key(file string) uint64 { return maphash.String(t.seed, file) }

// see notes that a row names a file, and returns the row that stands for that file.
func (t *pageTable) see(it importItem) seenRow {
	key := t.key(it.local)
	if _, ok := t.seen[key]; !ok {
		t.seen[key] = seenRow{line: it.Line}
	}
	return t.seen[key]
}

// imported notes that a file was imported as a row says; a later row that says the same is nothing new.
func (t *pageTable) imported(it importItem) {
	key := t.key(it.local)
	if t.seen[key].said == 0 {
		t.seen[key] = seenRow{it.Line, it.said}
	} else {
		t.more[[2]uint64{key, it.said}] = true
	}
}

// names reports whether a row named a file of its folder.
func (t *pageTable) names(file string) bool {
	_, ok := t.seen[t.key(file)]
	return ok
}

// namesPath is [pageTable.names] for a path that is not relative to the table's folder.
func (t *pageTable) namesPath(file string) bool {
	home, err := filepath.Abs(t.folder)
	if err == nil {
		file, err = filepath.Abs(file)
	}
	if err == nil {
		file, err = filepath.Rel(home, file)
	}
	return err == nil && t.names(file)
}

// tableTime is a cell's time as --time takes it: as a person writes it, or as web
// archives do, 14 digits in UTC.
func tableTime(cell string) (string, error) {
	if cell == "" {
		return "", nil
	}
	if at, err := time.Parse("20060102150405", cell); err == nil {
		return at.Format(time.RFC3339), nil
	}
	_, err := parseTime(cell)
	var h *hintError
	if errors.As(err, &h) {
		err = fmt.Errorf("%w: %s", err, h.hint)
	}
	return cell, err
}

// siteCalled is the newspaper that a cell names by its name or by one of its hosts.
func siteCalled(cell string) (string, error) {
	if cell == "" {
		return "", nil
	}
	if s, ok := sites.ByURL(&url.URL{Host: cell}); ok {
		return s.Name, nil
	}
	s, err := siteNamed(strings.ToLower(cell))
	if err != nil {
		return "", fmt.Errorf("unknown newspaper %q", cell)
	}
	return s.Name, nil
}

// others counts the pages that lie beside those that the table names, and are not named.
func (t *pageTable) others() (n int, err error) {
	for folder := range t.folders {
		f, err := t.root.Open(folder)
		if err != nil {
			return n, err
		}
		for err == nil {
			var list []fs.DirEntry
			const some = 1000
			list, err = f.ReadDir(some)
			for _, e := range list {
				if name := filepath.Join(folder, e.Name()); e.Type().IsRegular() && isImportable(name) && !t.names(name) {
					n++
				}
			}
		}
		f.Close()
		if !errors.Is(err, io.EOF) {
			return n, err
		}
	}
	return n, nil
}

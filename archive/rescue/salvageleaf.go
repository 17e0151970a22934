package rescue

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"slices"
	"unicode/utf8"

	"baoluu/archive/internal/boltfile"
	"baoluu/archive/internal/schema"
)

// How the records of one leaf are found. bbolt writes a leaf as a head, an element
// for each record, and then, in the order of the elements and without gaps, key and
// value of each. So a record whose element is damaged begins where the one before it
// ends; how long its key is follows from its bucket, which is that of its neighbours,
// and where it ends is where its checksum holds.

// leaf is one page with its overflow, or a small bucket within a page, as a leaf.
type leaf struct {
	*salvage
	at       int64 // in the file
	page     []byte
	standing standing
	inline   bool // within a page: it ends with that
	found    []span
	behind   int64  // [leaf.end], once it was looked for
	ahead    []byte // the page and what comes behind it, once that was read
}

// span is where a record lies in the file, with its key.
type span struct {
	from, to int64
	of       schema.Bucket
}

// leaf takes the records of a leaf, or of what may be one.
func (s *salvage) leaf(at int64, page []byte, in standing, inline bool) {
	l := &leaf{salvage: s, at: at, page: page, standing: in, inline: inline}
	l.elements()
	if !l.intact() {
		l.gaps()
	}
}

// elements tries each element.
func (l *leaf) elements() {
	tries := longTries
	for i := boltfile.PageHead; i+boltfile.ElemSize <= len(l.page); i += boltfile.ElemSize {
		from, keySize, valueSize := l.element(i)
		to := from + keySize + valueSize
		if keySize == 0 || keySize > maxKey || valueSize > boltfile.MaxRun || l.at+to > l.size {
			continue
		}
		var record []byte
		switch {
		case l.inline && !spend(&l.small, to-from):
			continue
		case to <= int64(len(l.page)):
			record = l.page[from:to]
		case tries == 0 || !l.mayBegin(l.at+from+keySize) || !l.spend(to-from):
			continue
		default:
			tries--
			if record = l.bytes(l.at+from, l.at+to); record == nil {
				continue
			}
		}
		switch {
		case l.take(record, l.at+from, keySize):
			if to > int64(len(l.page)) {
				tries++
			}
		case valueSize > boltfile.BucketHead+boltfile.PageHead && slices.Contains(schema.Buckets(), schema.Bucket(record[:keySize])):
			// A small bucket, whose own page may be damaged where it says so.
			l.salvage.leaf(l.at+from+keySize+boltfile.BucketHead, record[keySize+boltfile.BucketHead:], l.standing, true)
		}
	}
	slices.SortFunc(l.found, func(a, b span) int { return cmp.Compare(a.from, b.from) })
}

// element is what the one at i says: where in the leaf its key begins, and the sizes
// of key and value.
func (l *leaf) element(i int) (from, keySize, valueSize int64) {
	le, e := binary.LittleEndian, l.page[i:i+boltfile.ElemSize]
	return int64(i) + int64(le.Uint32(e[4:])), int64(le.Uint32(e[8:])), int64(le.Uint32(e[12:]))
}

// take takes a record that lies at a place of the file, if it is one.
func (l *leaf) take(record []byte, at, keySize int64) bool {
	value := record[keySize:]
	b := l.record(record[:keySize], value, place{at + keySize, uint32(len(value)), l.standing})
	if b == "" {
		return false
	}
	to := at + int64(len(record))
	l.cover(at, to)
	l.found = append(l.found, span{at, to, b})
	return true
}

// isLeaf reports whether its head says that it is a leaf.
func (l *leaf) isLeaf() bool { return binary.LittleEndian.Uint16(l.page[8:]) == boltfile.LeafPage }

// count is how many elements the leaf says that it has.
func (l *leaf) count() int { return int(binary.LittleEndian.Uint16(l.page[10:])) }

// first is where the leaf's first record begins, if it has so many elements.
func (l *leaf) first(elements int) int64 {
	return l.at + boltfile.PageHead + int64(elements)*boltfile.ElemSize
}

// intact reports whether every element led to a record, one behind the other.
func (l *leaf) intact() bool {
	if len(l.found) == 0 || len(l.found) != l.count() {
		return false
	}
	next := l.first(l.count())
	for _, s := range l.found {
		if s.from != next {
			return false
		}
		next = s.to
	}
	return true
}

// gaps looks for records between those that were found, before and behind them.
func (l *leaf) gaps() {
	// An element may have led to an old copy anywhere.
	found := slices.DeleteFunc(l.found, func(s span) bool { return s.from >= l.at+int64(len(l.page)) && s.from >= l.end() })
	begins := l.begins(found)
	from := l.at + boltfile.PageHead
	for i := range len(found) + 1 {
		to := l.size
		if i < len(found) {
			to = found[i].from
		}
		if of := l.of(found, i); from < to && len(of) > 0 {
			l.gap(from, to, begins, of)
		}
		if i < len(found) {
			from = max(from, found[i].to)
		}
	}
}

// of are the buckets that a record before the one found as number i may be of: that of
// its neighbours. What is rebuilt is not looked for.
func (l *leaf) of(found []span, i int) []schema.Bucket {
	if len(found) == 0 || l.inline { // another small bucket may begin behind
		return wanted()
	}
	of := found[max(i-1, 0)].of
	if !slices.Contains(wanted(), of) {
		return nil
	}
	return []schema.Bucket{of}
}

// gap looks for records between two places, one behind the other from wherever one
// may begin.
func (l *leaf) gap(from, to int64, begins []int64, of []schema.Bucket) {
	i, _ := slices.BinarySearch(begins, from)
	for ; i < len(begins) && begins[i] < to; i++ {
		for at := max(from, begins[i]); at < to; from = at {
			next, ok := l.seek(at, to, of)
			if !ok {
				break
			}
			at = next
		}
	}
}

// begins is where records may begin: where others end, where elements say so, where
// the elements end by what the head says and, where no record was found before, by
// any number of elements.
func (l *leaf) begins(found []span) []int64 {
	list := []int64{l.first(l.count())}
	for _, s := range found {
		list = append(list, s.to)
	}
	first := l.at + int64(len(l.page))
	if len(found) > 0 {
		first = found[0].from
	}
	for i := boltfile.PageHead; i+boltfile.ElemSize <= len(l.page); i += boltfile.ElemSize {
		from, keySize, valueSize := l.element(i)
		if at := l.at + int64(i); at < first && (len(found) > 0 || l.isLeaf()) {
			list = append(list, at)
		}
		for _, at := range []int64{from, from + keySize + valueSize} {
			if at >= int64(i)+boltfile.ElemSize && l.at+at < l.size {
				list = append(list, l.at+at)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// end is where the leaf's last page ends: before the next page that knows its own
// number, for the pages behind a leaf's first one have no heads.
func (l *leaf) end() int64 {
	if l.inline {
		return l.at + int64(len(l.page))
	}
	if l.behind > 0 {
		return l.behind
	}
	end := l.at + l.pageSize
	for ; end < min(l.size, l.at+boltfile.MaxRun) && l.spend(l.pageSize); end += l.pageSize {
		var id [8]byte
		if _, err := l.file.ReadAt(id[:], end); err != nil || binary.LittleEndian.Uint64(id[:]) == uint64(end/l.pageSize) {
			break
		}
	}
	l.behind = min(end, l.size)
	return l.behind
}

// seek takes the record that begins at a place and ends before another, and tells
// where it ends.
func (l *leaf) seek(from, before int64, of []schema.Bucket) (to int64, ok bool) {
	if !l.spend(least) {
		return 0, false
	}
	head := l.head(from)
	var texts []int
	if slices.ContainsFunc(of, hasTexts) {
		texts = textSizes(head) // once for all
	}
	for _, b := range of {
		sizes := texts
		if !hasTexts(b) {
			sizes = keySizes(b, head)
		}
		for _, keySize := range sizes {
			if to, ok := l.seal(b, head, int64(keySize), from, min(before, l.end())); ok {
				return to, true
			}
		}
	}
	return 0, false
}

// least is about how many bytes trying takes.
const least = 256

// seal finds where the value ends whose checksum stands behind a key of this size.
func (l *leaf) seal(b schema.Bucket, head []byte, keySize, from, before int64) (to int64, ok bool) {
	const chunk = 64 << 10
	table := crc32.MakeTable(crc32.Castagnoli)
	if !l.spend(least) {
		return 0, false
	}
	key, want := bytes.Clone(head[:keySize]), binary.BigEndian.Uint32(head[keySize:])
	sum := schema.SumOf(b, key, nil)
	payload := from + keySize + schema.SumSize
	if behindPage(b) > 0 { // an index's values hold nothing
		return payload, sum == want && l.taken(b, from, payload, keySize)
	}
	sum = ^sum
	for at := payload; at < before; at += chunk {
		part := l.part(&l.buffers[2], at, min(before, at+chunk))
		if !l.spend(int64(len(part))) {
			return 0, false
		}
		for i, c := range part {
			sum = table[byte(sum)^c] ^ sum>>8
			if end := at + int64(i) + 1; ^sum == want && l.taken(b, from, end, keySize) {
				return end, true
			}
		}
	}
	return 0, false
}

// taken takes a record whose checksum holds. So many places are tried that
// a checksum of four bytes may hold by chance: what it holds has to be sound, too.
func (l *leaf) taken(b schema.Bucket, from, to, keySize int64) bool {
	record := l.bytes(from, to)
	if record == nil {
		return false
	}
	payload := record[keySize+schema.SumSize:]
	switch b {
	case schema.BucketTimes, schema.BucketNeeded:
	case schema.BucketBodies, schema.BucketCopies, schema.BucketArticles:
		head, _, ok := bytes.Cut(payload, []byte("\n"))
		if !ok || !json.Valid(head) {
			return false
		}
	default:
		if !json.Valid(payload) {
			return false
		}
	}
	return l.take(record, from, keySize)
}

// wanted are the buckets whose records are brought back, or say what was there.
func wanted() []schema.Bucket {
	return append(textBuckets(), schema.BucketCaptures, schema.BucketBodies, schema.BucketCopies, schema.BucketTimes, schema.BucketArticles, schema.BucketNeeds, schema.BucketNeeded)
}

// keySizes are how long the key may be of a record that begins like this, of a bucket
// whose keys are no texts. All values that are wanted are JSON, or begin with it.
func keySizes(b schema.Bucket, head []byte) []int {
	if behind := behindPage(b); behind > 0 { // a page has no zero byte
		z := bytes.IndexByte(head, 0)
		if z <= 0 || len(head) < z+behind+schema.SumSize {
			return nil
		}
		return []int{z + behind}
	}
	if fixed := b.KeySize(); fixed > 0 {
		if len(head) < fixed+schema.SumSize+2 || !beginsJSON(head[fixed+schema.SumSize:]) {
			return nil
		}
		return []int{fixed}
	}
	return nil
}

// behindPage is how long what stands behind a page is in the keys of an index that is wanted: a zero
// byte, a time, a number. 0 is for other buckets.
func behindPage(b schema.Bucket) int {
	switch b {
	case schema.BucketTimes:
		return 17
	case schema.BucketNeeded:
		return 9
	}
	return 0
}

// hasTexts reports whether the keys of a bucket are texts.
func hasTexts(b schema.Bucket) bool { return behindPage(b) == 0 && b.KeySize() == 0 }

// textSizes are how long a key may be that is a text.
func textSizes(head []byte) []int {
	const most = 4 // a key may hold what looks like JSON, and a checksum, too
	var sizes []int
	for at := schema.SumSize + 1; len(sizes) < most && at < len(head); at++ {
		next := bytes.IndexAny(head[at:], "{[")
		if at += next; next < 0 || at+2 > len(head) {
			break
		}
		if key := head[:at-schema.SumSize]; beginsJSON(head[at:]) && bytes.IndexByte(key, 0) < 0 && utf8.Valid(key) {
			sizes = append(sizes, len(key))
		}
	}
	return sizes
}

func beginsJSON(b []byte) bool { return b[0] == '{' && b[1] == '"' || b[0] == '[' && b[1] == '{' }

// head is what lies at a place: at least a key and how its value begins, if the file
// goes so far.
func (l *leaf) head(from int64) []byte {
	const most = schema.MaxPage + 64
	if l.ahead == nil {
		l.ahead = l.part(&l.buffers[0], l.at, l.at+int64(len(l.page))+most)
	}
	if at := from - l.at; at < int64(len(l.page)) {
		return l.ahead[min(at, int64(len(l.ahead))):min(int64(len(l.ahead)), at+most)]
	}
	return l.part(&l.buffers[1], from, from+most)
}

// part reads a part of the file, as far as it goes, into a buffer that serves again.
func (s *salvage) part(buffer *[]byte, from, to int64) []byte {
	b := slices.Grow((*buffer)[:0], int(to-from))[:to-from]
	*buffer = b
	n, _ := s.file.ReadAt(b, from) // what cannot be read holds no record
	return b[:n]
}

// bytes reads a part of the file; nil where that cannot be.
func (l *leaf) bytes(from, to int64) []byte {
	if from >= l.at && to <= l.at+int64(len(l.page)) {
		return l.page[from-l.at : to-l.at]
	}
	b := make([]byte, to-from)
	if _, err := l.file.ReadAt(b, from); err != nil {
		return nil
	}
	return b
}

// spend takes from the budget of what may be read in vain, and reports whether there was
// so much.
func (s *salvage) spend(bytes int64) bool { return spend(&s.budget, bytes) }

func spend(budget *int64, bytes int64) bool {
	if *budget < bytes {
		return false
	}
	*budget -= bytes
	return true
}

// mayBegin reports whether a record's value may begin at a place. Bytes that are no
// element ask for any length up to the file's own: what they lead to is looked at
// before it is read, for so much memory would be taken for nothing.
func (s *salvage) mayBegin(at int64) bool {
	var b [schema.SumSize + 2]byte
	_, err := s.file.ReadAt(b[:], at)
	return err == nil && beginsJSON(b[schema.SumSize:])
}

// record takes a record, and gives the bucket that it is of; "" where it is none.
func (s *salvage) record(key, value []byte, p place) schema.Bucket {
	b := bucketOf(key, value)
	switch b {
	case schema.BucketBodies, schema.BucketCopies:
		n := binary.BigEndian.Uint64(key)
		keep(s.numbers[b], n, p)
		s.digest(b, n, value[schema.SumSize:])
	case schema.BucketCaptures, schema.BucketNeeds:
		keep(s.numbers[b], binary.BigEndian.Uint64(key), p)
	case schema.BucketNeeded:
		if k, err := b.ParseKey(key); err == nil {
			s.named[k.Number] = true
			if assets := s.lacking[k.Number]; assets != nil {
				assets[k.Page] = true
			}
		}
	case schema.BucketArticles:
		s.cleaned[binary.BigEndian.Uint64(key[4:])] = true
	case schema.BucketTimes:
		if k, err := schema.BucketTimes.ParseKey(key); err == nil {
			// The key is what counts; it lies right before the value.
			keep(s.numbers[b], k.Number, place{p.at - int64(len(key)), uint32(len(key)), p.standing})
		}
	default:
		if texts := s.texts[b]; texts != nil {
			keep(texts, string(key), p)
		}
	}
	return b
}

// bucketOf is the bucket that a record is of, by its checksum. Those that most are of
// come first.
func bucketOf(key, value []byte) schema.Bucket {
	if len(value) < schema.SumSize {
		return ""
	}
	for _, b := range append(likely(len(key)), schema.Buckets()...) {
		if n := b.KeySize(); n != 0 && n != len(key) {
			continue
		}
		if binary.BigEndian.Uint32(value) == schema.SumOf(b, key, value[schema.SumSize:]) {
			return b
		}
	}
	return ""
}

// likely are the buckets that most records are of whose keys are so long.
func likely(keyLength int) []schema.Bucket {
	switch keyLength {
	case 8:
		return []schema.Bucket{schema.BucketBodies, schema.BucketCaptures, schema.BucketCopies}
	case 12:
		return []schema.Bucket{schema.BucketArticles}
	case 32:
		return []schema.Bucket{schema.BucketDigests}
	}
	return nil
}

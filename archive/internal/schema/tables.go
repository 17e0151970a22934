package schema

import (
	"bytes"
	"encoding/json"
	"iter"
	"time"

	"baoluu/archive/capture"
)

// Every bucket is a table: what its keys are made of and what its records say is known to
// the compiler. Where keys begin alike, as those of one page's versions do, a table is that
// part of the bucket.

// Table is records of V under keys of K. The zero time, number or text is a key like others.
// Errors are those of the [Reader] and, where a record is not what was written, a [RecordError].
type Table[K, V any] struct {
	*layout[K, V]

	First  []byte // the key that a walk begins at; nil: the first
	common Key    // what all keys of the table have in common
	within []byte // what the keys begin with; nil: what they have in common
}

// layout says how a table's records lie in the file.
type layout[K, V any] struct {
	codec[V]
	bucket Bucket
	shared int // so many parts of their keys all records of a table have in common
	key    func(common Key, k K) []byte
	parse  func(key []byte) (K, error)
}

// codec says what stands in a record's payload.
type codec[V any] struct {
	encode func(V) ([]byte, error)
	decode func(payload []byte) (V, error)
}

// Load reads the record of k; ok is false where there is none.
func (t Table[K, V]) Load(r Reader, k K) (v V, ok bool, err error) {
	payload, err := t.Payload(r, k)
	if err != nil || payload == nil {
		return v, false, err
	}
	if v, err = t.decode(payload); err != nil {
		return v, false, t.Name(k, err)
	}
	return v, true, nil
}

// Must reads the record of k; that there is none is damage.
func (t Table[K, V]) Must(r Reader, k K) (V, error) {
	v, ok, err := t.Load(r, k)
	if err == nil && !ok {
		err = t.Damaged(k, "missing")
	}
	return v, err
}

// Payload gives the record of k as it is written, checked; nil where there is none.
func (t Table[K, V]) Payload(r Reader, k K) ([]byte, error) {
	key := t.key(t.common, k)
	value, err := r.Get(t.bucket, key)
	if err != nil || value == nil {
		return nil, err
	}
	return Unseal(t.bucket, key, value)
}

// Has reports whether there is a record of k. It may be damaged.
func (t Table[K, V]) Has(r Reader, k K) (bool, error) {
	value, err := r.Get(t.bucket, t.key(t.common, k))
	return value != nil, err
}

// MustHave is an [ErrCorrupt] where there is no record of k: of what leads to it, not of k.
func (t Table[K, V]) MustHave(r Reader, k K) error {
	ok, err := t.Has(r, k)
	if err == nil && !ok {
		err = Corrupt("%s is missing", RecordWords("", t.bucket, t.key(t.common, k)))
	}
	return err
}

// Save writes the record of k.
func (t Table[K, V]) Save(w Writer, k K, v V) error {
	payload, err := t.encode(v)
	if err != nil {
		return err
	}
	return t.SavePayload(w, k, payload)
}

// SavePayload writes the record of k as it was written elsewhere.
func (t Table[K, V]) SavePayload(w Writer, k K, payload []byte) error {
	key := t.key(t.common, k)
	return w.Put(t.bucket, key, Seal(t.bucket, key, payload))
}

// Drop removes the record of k, where there is one.
func (t Table[K, V]) Drop(w Writer, k K) error { return w.Drop(t.bucket, t.key(t.common, k)) }

// Damaged is the error of a record that is not what was written: a [RecordError].
func (t Table[K, V]) Damaged(k K, what string) error {
	return damagedRecord(t.bucket, t.key(t.common, k), what)
}

// Name has an error say that it is of the record of k, where it is an [ErrCorrupt] that names
// none. Other errors, and nil, stay as they are.
func (t Table[K, V]) Name(k K, err error) error {
	if err == nil {
		return nil // the key costs an allocation, and each body that is read comes by here
	}
	return nameRecord(t.bucket, t.key(t.common, k), err)
}

// Decode gives what a payload says. The error does not name the record.
func (t Table[K, V]) Decode(payload []byte) (V, error) { return t.decode(payload) }

// Read gives what a key and a payload that were found together say.
func (l *layout[K, V]) Read(key, payload []byte) (k K, v V, err error) {
	if k, err = l.parse(key); err != nil {
		return k, v, err
	}
	v, err = l.decode(payload)
	return k, v, nameRecord(l.bucket, key, err)
}

// Payloads is the table with its records as they are written. One that comes from a walk
// holds until the next.
func (t Table[K, V]) Payloads() Table[K, []byte] {
	return Table[K, []byte]{&layout[K, []byte]{asWritten, t.bucket, t.shared, t.key, t.parse}, t.First, t.common, t.within}
}

// Row is a record with its key.
type Row[K, V any] struct {
	Key   K
	Value V
}

// From is the table from the first key that is not below k.
func (t Table[K, V]) From(k K) Table[K, V] {
	t.First = t.key(t.common, k)
	return t
}

// After is the table from the first key that is above k.
func (t Table[K, V]) After(k K) Table[K, V] {
	t.First = After(t.key(t.common, k))
	return t
}

// FromKey is [Table.From] with a key as it is written.
func (t Table[K, V]) FromKey(key []byte) Table[K, V] {
	t.First = bytes.Clone(key)
	return t
}

// StartingWith is the part of the table whose keys begin like k.
func (t Table[K, V]) StartingWith(k K) Table[K, V] {
	t.within = t.key(t.common, k)
	return t
}

// All goes through the table in the order of its keys.
func (t Table[K, V]) All(r Reader) iter.Seq2[Row[K, V], error] {
	return func(yield func(Row[K, V], error) bool) {
		l := t.layout // a table that the function refers to would go to the heap
		err := t.Walk(r.Scan, func(key, payload []byte) error {
			k, v, err := l.Read(key, payload)
			return goOn(yield(Row[K, V]{k, v}, err))
		})
		if err != nil {
			yield(Row[K, V]{}, err)
		}
	}
}

// Keys goes through the table's keys in their order.
func (t Table[K, V]) Keys(r Reader) iter.Seq2[K, error] {
	return func(yield func(K, error) bool) {
		parse := t.parse
		err := t.Walk(r.Scan, func(key, _ []byte) error { return goOn(yield(parse(key))) })
		if err != nil {
			var none K
			yield(none, err)
		}
	}
}

// goOn is the error that ends a scan where it is not to go on.
func goOn(on bool) error {
	if on {
		return nil
	}
	return ErrStop
}

// Walk goes through the table's records by one of the ways in which a file is scanned, such as
// [Reader.Scan], until fn returns an error; [ErrStop] is none.
func (t Table[K, V]) Walk(scan func(b Bucket, from []byte, fn func(key, value []byte) error) error, fn func(key, payload []byte) error) error {
	b, common, within := t.bucket, t.common, t.within
	if within == nil && t.shared > 0 {
		within = b.kind().key[:t.shared].write(&common)
	}
	first, end := t.First, Behind(within)
	if first == nil {
		first = within
	}
	return scan(b, first, func(key, value []byte) error {
		if end != nil && string(key) >= string(end) {
			return ErrStop
		}
		payload, err := Unseal(b, key, value)
		if err != nil {
			return err
		}
		return fn(key, payload)
	})
}

// Lookup reads the records of many keys in one walk; they are in their order. fn gets the
// place of a key among them, and whether there is a record; lookup is how the file is read.
func (t Table[K, V]) Lookup(lookup func(b Bucket, keys [][]byte, fn func(i int, value []byte) error) error, list []K, fn func(i int, v V, ok bool) error) error {
	keys := make([][]byte, len(list))
	for i, k := range list {
		keys[i] = t.key(t.common, k)
	}
	return lookup(t.bucket, keys, func(i int, value []byte) (err error) {
		var v V
		if value != nil {
			var payload []byte
			if payload, err = Unseal(t.bucket, keys[i], value); err == nil {
				v, err = t.decode(payload)
			}
		}
		if err != nil {
			return nameRecord(t.bucket, keys[i], err)
		}
		return fn(i, v, value != nil)
	})
}

// Index is a table of keys alone.
type Index[K any] struct{ Table[K, struct{}] }

// Add writes the entry of k.
func (x Index[K]) Add(w Writer, k K) error { return x.SavePayload(w, k, nil) }

// The facts. Keys are numbers of captures, pages and digests.
var (
	Captures   = byNumber(BucketCaptures, inJSON[Capture]())
	Repeats    = byNumber(BucketCaptures, inJSON[repeat]())      // the same records, read in part
	Bodies     = byNumber(BucketBodies, bodyCodec)               // by the numbers of the captures that brought them
	Copies     = byNumber(BucketCopies, bodyCodec)               // second copies of some of the bodies
	References = byNumber(BucketReferences, inJSON[Reference]()) // of bodies that others are packed against
	Pages      = byPage(BucketPages, inJSON[Page]())
	Aliases    = byPage(BucketAliases, inJSON[Alias]())         // by pages' other names
	Tombstones = byDigest(BucketForgotten, inJSON[Tombstone]()) // under [NameOf] pages and addresses

	Needs = byNumber(BucketNeeds, inJSON[NeedsList]()) // by the numbers of the captures that brought the bodies

	// Requests has the forms of requests.
	Requests = tableOf(BucketRequests, 0, func(k Key, f FormID) Key { k.Number = uint64(f); return k }, func(k Key) FormID { return FormID(k.Number) }, inJSON[Form]())

	// Runs has crawls under their starts, UTC, to the millisecond.
	Runs = tableOf(BucketRuns, 0, func(k Key, started time.Time) Key { k.At = DueMilli(started); return k }, func(k Key) time.Time { return time.UnixMilli(k.At).UTC() }, inJSON[capture.Run]())

	// Descriptions has how the newspaper was described, by when that was noted, UTC.
	Descriptions = tableOf(BucketDescriptions, 0, func(k Key, at time.Time) Key { k.At = DueMilli(at); return k }, func(k Key) time.Time { return time.UnixMilli(k.At).UTC() }, inJSON[Description]())

	// Digests finds a body by its digest.
	Digests = byDigest(BucketDigests, codec[uint64]{func(n uint64) ([]byte, error) { return NumberKey(n), nil }, ParseNumberKey})

	// Addresses finds the page of an address.
	Addresses = byPage(BucketAddresses, codec[string]{
		func(page string) ([]byte, error) { return []byte(page), nil }, func(payload []byte) (string, error) { return string(payload), nil },
	})
)

// The crawler's.
var (
	Frontier = byPage(BucketFrontier, inJSON[capture.Entry]()) // what is to be fetched

	// Hosts has the crawler's own JSON.
	Hosts = byPage(BucketHosts, codec[[]byte]{asWritten.encode, func(payload []byte) ([]byte, error) { return append([]byte{}, payload...), nil }})
)

// DuePage is when a page is to be fetched.
type DuePage struct {
	At   time.Time // UTC, to the millisecond
	Page string
}

// DueOf is when an entry is to be fetched.
func DueOf(e capture.Entry) DuePage { return DuePage{e.Due, e.Page} }

// Due is what is to be fetched of a class, in order of time.
func Due(class capture.Class) Index[DuePage] {
	return Index[DuePage]{dues.of(Key{Class: class})}
}

var dues = tableOf(BucketDue, 1,
	func(k Key, d DuePage) Key { k.At, k.Page = DueMilli(d.At), d.Page; return k },
	func(k Key) DuePage { return DuePage{time.UnixMilli(k.At).UTC(), k.Page} }, nothing)

// Times is a page's captures in order of time.
func Times(page string) Index[Position] { return Index[Position]{times.of(Key{Page: page})} }

var times = tableOf(BucketTimes, 2,
	func(k Key, m Position) Key { k.At, k.Number = m.At, m.Number; return k },
	func(k Key) Position { return Position{k.At, k.Number} }, nothing)

// Needed is the numbers of the captures that need an asset, by its page: those that [Needs] has.
func Needed(asset string) Index[uint64] { return Index[uint64]{needed.of(Key{Page: asset})} }

var needed = tableOf(BucketNeeded, 2, withNumber, Key.number, nothing)

// Articles is the articles of a generation, by the numbers of their captures.
func Articles(generation uint32) Table[uint64, Article] {
	return articles.of(Key{Generation: generation})
}

var articles = tableOf(BucketArticles, 1, withNumber, Key.number, codec[Article]{
	func(a Article) ([]byte, error) { return Blob(a.ArticleHead, a.Frame) },
	func(payload []byte) (a Article, err error) {
		a.Frame, err = SplitBlob(payload, &a.ArticleHead)
		return a, err
	},
})

// Versions is a page's versions, by their numbers from 1.
func Versions(generation uint32, page string) Table[int, Version] {
	return versions.of(Key{Generation: generation, Page: page})
}

var versions = tableOf(BucketVersions, 3,
	func(k Key, n int) Key { k.Version = n; return k }, func(k Key) int { return k.Version }, inJSON[Version]())

// Heads is what lists show of the pages.
func Heads(generation uint32) Table[string, Head] { return heads.of(Key{Generation: generation}) }

var heads = tableOf(BucketHeads, 1, withPage, Key.page, inJSON[Head]())

// Days is the pages that were published on a day: yyyymmdd, +07:00.
func Days(generation uint32, day string) Index[string] {
	return Index[string]{days.of(Key{Generation: generation, Day: day})}
}

var days = tableOf(BucketDays, 2, withPage, Key.page, nothing)

// Raw is a bucket's records as they are written; they hold for as long as what they
// are given to.
func Raw(b Bucket) Table[[]byte, []byte] {
	return Table[[]byte, []byte]{layout: &layout[[]byte, []byte]{
		codec: asWritten, bucket: b,
		key:   func(_ Key, key []byte) []byte { return key },
		parse: func(key []byte) ([]byte, error) { return key, nil },
	}}
}

// tableOf is a table of a bucket, whose keys have so many parts in common. with and of are how
// what is left of a key is put in and taken out.
func tableOf[K, V any](b Bucket, shared int, with func(Key, K) Key, of func(Key) K, records codec[V]) Table[K, V] {
	form := b.kind().key
	return Table[K, V]{layout: &layout[K, V]{
		codec: records, bucket: b, shared: shared,
		key: func(common Key, k K) []byte {
			key := with(common, k)
			return form.write(&key)
		},
		parse: func(key []byte) (K, error) {
			k, err := form.read(key)
			return of(k), err
		},
	}}
}

// of is the part of a table whose keys have this in common.
func (t Table[K, V]) of(common Key) Table[K, V] {
	t.common = common
	return t
}

func byNumber[V any](b Bucket, records codec[V]) Table[uint64, V] {
	return tableOf(b, 0, withNumber, Key.number, records)
}

func byPage[V any](b Bucket, records codec[V]) Table[string, V] {
	return tableOf(b, 0, withPage, Key.page, records)
}

func byDigest[V any](b Bucket, records codec[V]) Table[Sum, V] {
	return tableOf(b, 0, func(k Key, s Sum) Key { k.Digest = s; return k }, func(k Key) Sum { return k.Digest }, records)
}

func withNumber(k Key, n uint64) Key { k.Number = n; return k }

func (k Key) number() uint64 { return k.Number }

func withPage(k Key, page string) Key { k.Page = page; return k }

func (k Key) page() string { return k.Page }

func inJSON[V any]() codec[V] {
	return codec[V]{
		func(v V) ([]byte, error) { return Encode(v) },
		func(payload []byte) (v V, err error) {
			if json.Unmarshal(payload, &v) != nil {
				err = Corrupt(Unreadable)
			}
			return v, err
		},
	}
}

var (
	asWritten = codec[[]byte]{
		func(payload []byte) ([]byte, error) { return payload, nil },
		func(payload []byte) ([]byte, error) { return payload, nil },
	}

	// nothing is the payload of an [Index].
	nothing = codec[struct{}]{decode: func([]byte) (none struct{}, err error) { return none, nil }}

	// bodyCodec is of a head and a zstd frame.
	bodyCodec = codec[Body]{
		func(b Body) ([]byte, error) { return Blob(b.BodyHead, b.Frame) },
		func(payload []byte) (b Body, err error) {
			b.Frame, err = SplitBlob(payload, &b.BodyHead)
			return b, err
		},
	}
)

// The records of meta.
var (
	MetaFormat    = meta[Format]{byPage(BucketMeta, inJSON[Format]()), KeySchema}
	MetaState     = meta[State]{byPage(BucketMeta, inJSON[State]()), KeyState}
	MetaCleanings = meta[[]Cleaning]{byPage(BucketMeta, inJSON[[]Cleaning]()), keyCleanings} // the oldest first; missing where there was none
	MetaStaged    = meta[Staged]{byPage(BucketMeta, inJSON[Staged]()), keyStaged}            // missing where none stands beside
)

// meta is one record of the bucket of that name.
type meta[V any] struct {
	table Table[string, V]
	key   string
}

// Load reads the record; ok is false where there is none.
func (m meta[V]) Load(r Reader) (v V, ok bool, err error) { return m.table.Load(r, m.key) }

// Must reads the record; that there is none is damage.
func (m meta[V]) Must(r Reader) (V, error) { return m.table.Must(r, m.key) }

// Save writes the record.
func (m meta[V]) Save(w Writer, v V) error { return m.table.Save(w, m.key, v) }

// Drop removes the record, where there is one.
func (m meta[V]) Drop(w Writer) error { return m.table.Drop(w, m.key) }

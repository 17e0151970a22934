package schema

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"iter"
	"time"

	"baoluu/archive/capture"
)

// Every bucket is a table: what its keys are made of and what its records say is known to
// the compiler. Where keys begin alike, as those of one page's versions do, a table is that
// part of the bucket.

// Table is records of V under keys of K. The zero time, number or text is a key like others.
type Table[K, V any] struct {
	bucket Bucket
	scope  scope
	*layout[K, V]

	First  []byte // the key that a walk begins at; nil: the first
	within []byte // what keys begin with, beside the prefix of the table
}

// scope is what all keys of a part of a bucket have in common.
type scope struct {
	generation uint32
	page, day  string
	class      capture.Class
}

// layout says how a table's records lie in the file.
type layout[K, V any] struct {
	key    func(scope, K) []byte
	prefix func(scope) []byte // of all keys; nil: the bucket is one table
	parse  func(key []byte) (K, error)
	encode func(V) ([]byte, error)
	decode func(payload []byte) (V, error)
}

// Load reads the record of k; ok is false where there is none.
func (t Table[K, V]) Load(r Reader, k K) (v V, ok bool, err error) {
	key := t.key(t.scope, k)
	payload, err := LoadPayload(r, t.bucket, key)
	if err != nil || payload == nil {
		return v, false, err
	}
	if v, err = t.decode(payload); err != nil {
		return v, false, NameRecord(t.bucket, key, err)
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

// Has tells whether there is a record of k.
func (t Table[K, V]) Has(r Reader, k K) (bool, error) {
	value, err := r.Get(t.bucket, t.key(t.scope, k))
	return value != nil, err
}

// MustHave is an error where there is no record of k.
func (t Table[K, V]) MustHave(r Reader, k K) error {
	ok, err := t.Has(r, k)
	if err == nil && !ok {
		err = Corrupt("%s is missing", RecordWords("", t.bucket, t.key(t.scope, k)))
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

// Drop removes the record of k, where there is one.
func (t Table[K, V]) Drop(w Writer, k K) error { return w.Drop(t.bucket, t.key(t.scope, k)) }

// Payload gives the record of k as it is written; nil where there is none.
func (t Table[K, V]) Payload(r Reader, k K) ([]byte, error) {
	return LoadPayload(r, t.bucket, t.key(t.scope, k))
}

// SavePayload writes the record of k as it was written elsewhere.
func (t Table[K, V]) SavePayload(w Writer, k K, payload []byte) error {
	return PutPayload(w, t.bucket, t.key(t.scope, k), payload)
}

// Damaged is the error of a record that is not sound.
func (t Table[K, V]) Damaged(k K, what string) error {
	return DamagedRecord(t.bucket, t.key(t.scope, k), what)
}

// Name has an error say that it is of the record of k.
func (t Table[K, V]) Name(k K, err error) error {
	return NameRecord(t.bucket, t.key(t.scope, k), err)
}

// Decode gives what a payload says.
func (t Table[K, V]) Decode(payload []byte) (V, error) { return t.decode(payload) }

// Read gives what a key and a payload that were found together say.
func (t Table[K, V]) Read(key, payload []byte) (k K, v V, err error) {
	if k, err = t.parse(key); err != nil {
		return k, v, err
	}
	if v, err = t.decode(payload); err != nil {
		err = NameRecord(t.bucket, key, err)
	}
	return k, v, err
}

// Payloads is the table with its records as they are written. One that comes from a walk
// holds until the next.
func (t Table[K, V]) Payloads() Table[K, []byte] {
	return Table[K, []byte]{t.bucket, t.scope, &layout[K, []byte]{t.key, t.prefix, t.parse, asWritten, asWritten}, t.First, t.within}
}

func asWritten(payload []byte) ([]byte, error) { return payload, nil }

// Row is a record with its key.
type Row[K, V any] struct {
	Key   K
	Value V
}

// From is the table from the first key that is not below k.
func (t Table[K, V]) From(k K) Table[K, V] {
	t.First = t.key(t.scope, k)
	return t
}

// After is the table from the first key that is above k.
func (t Table[K, V]) After(k K) Table[K, V] {
	t.First = After(t.key(t.scope, k))
	return t
}

// FromKey is from with a key as it is written.
func (t Table[K, V]) FromKey(key []byte) Table[K, V] {
	t.First = bytes.Clone(key)
	return t
}

// StartingWith is the part of the table whose keys begin like k.
func (t Table[K, V]) StartingWith(k K) Table[K, V] {
	t.within = t.key(t.scope, k)
	return t
}

// All goes through the table in the order of its keys.
func (t Table[K, V]) All(r Reader) iter.Seq2[Row[K, V], error] {
	return func(yield func(Row[K, V], error) bool) {
		err := t.Walk(r.Scan, func(key, payload []byte) error {
			k, v, err := t.Read(key, payload)
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
		err := t.Walk(r.Scan, func(key, _ []byte) error { return goOn(yield(t.parse(key))) })
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

// Walk goes through the table's records by one of the ways in which a file is scanned.
func (t Table[K, V]) Walk(scan func(b Bucket, from []byte, fn func(key, value []byte) error) error, fn func(key, payload []byte) error) error {
	within := t.within
	if within == nil && t.prefix != nil {
		within = t.prefix(t.scope)
	}
	first, end := t.First, Behind(within)
	if first == nil {
		first = within
	}
	return scan(t.bucket, first, func(key, value []byte) error {
		if end != nil && string(key) >= string(end) {
			return ErrStop
		}
		payload, err := Unseal(t.bucket, key, value)
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
		keys[i] = t.key(t.scope, k)
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
			return NameRecord(t.bucket, keys[i], err)
		}
		return fn(i, v, value != nil)
	})
}

// Index is a table of keys alone.
type Index[K any] struct{ Table[K, struct{}] }

// Add writes the entry of k.
func (x Index[K]) Add(w Writer, k K) error { return x.SavePayload(w, k, nil) }

// The facts.
var (
	Captures   = tableOf(BucketCaptures, byNumber[Capture]())
	Repeats    = tableOf(BucketCaptures, byNumber[repeat]())
	Bodies     = tableOf(BucketBodies, bodiesLayout)
	Copies     = tableOf(BucketCopies, bodiesLayout)
	References = tableOf(BucketReferences, byNumber[Reference]())
	Pages      = tableOf(BucketPages, byPage[Page]())
	Aliases    = tableOf(BucketAliases, byPage[Alias]())
	Tombstones = tableOf(BucketForgotten, bySum[Tombstone]())
	Runs       = tableOf(BucketRuns, jsonLayout[time.Time, capture.Run](
		func(_ scope, started time.Time) []byte { return RunKey(started) },
		func(key []byte) (time.Time, error) {
			ms, err := ParseNumberKey(key)
			return TimeOf(Position{At: int64(min(ms, MaxMilli))}), err
		}))

	// Requests has forms under the beginning of their SHA-256.
	Requests = tableOf(BucketRequests, jsonLayout[FormID, Form](
		func(_ scope, f FormID) []byte { return f[:] },
		func(key []byte) (f FormID, err error) {
			if copy(f[:], key) != len(key) || len(key) != len(f) {
				err = BadKey(key, "a form")
			}
			return f, err
		}))

	// Digests finds a body by its digest.
	Digests = tableOf(BucketDigests, &layout[Sum, uint64]{
		key:    func(_ scope, s Sum) []byte { return s[:] },
		parse:  parseSum,
		encode: func(n uint64) ([]byte, error) { return NumberKey(n), nil },
		decode: ParseNumberKey,
	})

	// Addresses finds the page of an address.
	Addresses = tableOf(BucketAddresses, &layout[string, string]{
		key:    func(_ scope, url string) []byte { return []byte(url) },
		parse:  func(key []byte) (string, error) { return string(key), nil },
		encode: func(page string) ([]byte, error) { return []byte(page), nil },
		decode: func(payload []byte) (string, error) { return string(payload), nil },
	})
)

// The crawler's.
var (
	Frontier = tableOf(BucketFrontier, byPage[capture.Entry]())

	// Hosts has the crawler's own JSON.
	Hosts = tableOf(BucketHosts, &layout[string, []byte]{
		key:    func(_ scope, host string) []byte { return []byte(host) },
		parse:  func(key []byte) (string, error) { return string(key), nil },
		encode: func(b []byte) ([]byte, error) { return b, nil },
		decode: func(payload []byte) ([]byte, error) { return append([]byte{}, payload...), nil },
	})
)

// bodiesLayout is that of records which are a head and a zstd frame.
var bodiesLayout = &layout[uint64, Body]{
	key:    func(_ scope, n uint64) []byte { return NumberKey(n) },
	parse:  ParseNumberKey,
	encode: func(b Body) ([]byte, error) { return Blob(b.BodyHead, b.Frame) },
	decode: func(payload []byte) (b Body, err error) {
		b.Frame, err = SplitBlob(payload, &b.BodyHead)
		return b, err
	},
}

// Times is a page's captures in order of time.
func Times(page string) Index[Position] {
	return Index[Position]{Table[Position, struct{}]{bucket: BucketTimes, scope: scope{page: page}, layout: timesLayout}}
}

var timesLayout = &layout[Position, struct{}]{
	key:    func(s scope, m Position) []byte { return PositionKey(s.page, m) },
	prefix: func(s scope) []byte { return PositionPrefix(s.page) },
	parse: func(key []byte) (Position, error) {
		_, m, err := ParsePositionKey(key)
		return m, err
	},
	decode: func([]byte) (none struct{}, err error) { return none, nil },
}

// Articles is the articles of a generation, by the number of their captures.
func Articles(generation uint32) Table[uint64, Article] {
	return Table[uint64, Article]{bucket: BucketArticles, scope: scope{generation: generation}, layout: articlesLayout}
}

var articlesLayout = &layout[uint64, Article]{
	key:    func(s scope, n uint64) []byte { return ArticleKey(s.generation, n) },
	prefix: func(s scope) []byte { return GenerationKey(s.generation) },
	parse: func(key []byte) (uint64, error) {
		_, n, err := ParseArticleKey(key)
		return n, err
	},
	encode: func(a Article) ([]byte, error) { return Blob(a.ArticleHead, a.Frame) },
	decode: func(payload []byte) (a Article, err error) {
		a.Frame, err = SplitBlob(payload, &a.ArticleHead)
		return a, err
	},
}

// Versions is a page's versions, by their numbers.
func Versions(generation uint32, page string) Table[int, Version] {
	return Table[int, Version]{bucket: BucketVersions, scope: scope{generation: generation, page: page}, layout: versionsLayout}
}

var versionsLayout = &layout[int, Version]{
	key:    func(s scope, n int) []byte { return versionKey(s.generation, s.page, n) },
	prefix: func(s scope) []byte { return versionPrefix(s.generation, s.page) },
	parse: func(key []byte) (int, error) {
		_, _, n, err := ParseVersionKey(key)
		return n, err
	},
	encode: encodeJSON[Version],
	decode: decodeJSON[Version],
}

// Heads is what lists show of the pages.
func Heads(generation uint32) Table[string, Head] {
	return Table[string, Head]{bucket: BucketHeads, scope: scope{generation: generation}, layout: headsLayout}
}

var headsLayout = &layout[string, Head]{
	key:    func(s scope, page string) []byte { return HeadKey(s.generation, page) },
	prefix: func(s scope) []byte { return GenerationKey(s.generation) },
	parse: func(key []byte) (string, error) {
		_, page, err := ParseHeadKey(key)
		return page, err
	},
	encode: encodeJSON[Head],
	decode: decodeJSON[Head],
}

// Days is the pages that were published on a day.
func Days(generation uint32, day string) Index[string] {
	return Index[string]{Table[string, struct{}]{bucket: BucketDays, scope: scope{generation: generation, day: day}, layout: daysLayout}}
}

var daysLayout = &layout[string, struct{}]{
	key:    func(s scope, page string) []byte { return dayKey(s.generation, s.day, page) },
	prefix: func(s scope) []byte { return dayKey(s.generation, s.day, "") },
	parse: func(key []byte) (string, error) {
		_, _, page, err := ParseDayKey(key)
		return page, err
	},
	decode: func([]byte) (none struct{}, err error) { return none, nil },
}

// DuePage is when a page is to be fetched.
type DuePage struct {
	At   time.Time
	Page string
}

// DueOf is when an entry is to be fetched.
func DueOf(e capture.Entry) DuePage { return DuePage{e.Due, e.Page} }

// Due is what is to be fetched of a class, in order of time.
func Due(class capture.Class) Index[DuePage] {
	return Index[DuePage]{Table[DuePage, struct{}]{bucket: BucketDue, scope: scope{class: class}, layout: dueLayout}}
}

var dueLayout = &layout[DuePage, struct{}]{
	key:    func(s scope, d DuePage) []byte { return dueKey(s.class, d.At, d.Page) },
	prefix: func(s scope) []byte { return []byte{byte(s.class)} },
	parse: func(key []byte) (DuePage, error) {
		_, at, page, err := ParseDueKey(key)
		return DuePage{at, page}, err
	},
	decode: func([]byte) (none struct{}, err error) { return none, nil },
}

// Raw is a bucket's records as they are written; they hold for as long as what they
// are given to.
func Raw(b Bucket) Table[[]byte, []byte] {
	return tableOf(b, &layout[[]byte, []byte]{
		key:    func(_ scope, key []byte) []byte { return key },
		parse:  func(key []byte) ([]byte, error) { return key, nil },
		encode: asWritten, decode: asWritten,
	})
}

// Sum is a SHA-256.
type Sum [sha256.Size]byte

// String is the digest that captures carry.
func (s Sum) String() string { return digestPrefix + hex.EncodeToString(s[:]) }

// ParseDigest reads a digest.
func ParseDigest(digest string) (Sum, error) {
	key, err := DigestKey(digest)
	if err != nil {
		return Sum{}, err
	}
	return Sum(key), nil
}

// NameOf is the key of what was forgotten under a name: a page's key or an address.
func NameOf(name string) Sum { return sha256.Sum256([]byte(name)) }

func parseSum(key []byte) (Sum, error) {
	if len(key) != sha256.Size {
		return Sum{}, BadKey(key, "a digest")
	}
	return Sum(key), nil
}

func tableOf[K, V any](b Bucket, l *layout[K, V]) Table[K, V] {
	return Table[K, V]{bucket: b, layout: l}
}

func jsonLayout[K, V any](key func(scope, K) []byte, parse func([]byte) (K, error)) *layout[K, V] {
	return &layout[K, V]{key: key, parse: parse, encode: encodeJSON[V], decode: decodeJSON[V]}
}

func byNumber[V any]() *layout[uint64, V] {
	return jsonLayout[uint64, V](func(_ scope, n uint64) []byte { return NumberKey(n) }, ParseNumberKey)
}

func byPage[V any]() *layout[string, V] {
	return jsonLayout[string, V](func(_ scope, page string) []byte { return PageKey(page) }, ParsePageKey)
}

func bySum[V any]() *layout[Sum, V] {
	return jsonLayout[Sum, V](func(_ scope, s Sum) []byte { return s[:] }, parseSum)
}

func encodeJSON[V any](v V) ([]byte, error) { return Encode(v) }

func decodeJSON[V any](payload []byte) (V, error) {
	var v V
	if json.Unmarshal(payload, &v) != nil {
		return v, Corrupt(Unreadable)
	}
	return v, nil
}

// The records of meta.
var (
	MetaFormat    = metaOf[Format]("schema")
	MetaState     = metaOf[State]("state")
	MetaCleanings = metaOf[[]Cleaning]("cleanings")
)

// meta is one record of the bucket of that name.
type meta[V any] struct {
	table Table[string, V]
	key   string
}

func metaOf[V any](key string) meta[V] { return meta[V]{tableOf(BucketMeta, byPage[V]()), key} }

func (m meta[V]) Load(r Reader) (V, bool, error) { return m.table.Load(r, m.key) }

func (m meta[V]) Must(r Reader) (V, error) { return m.table.Must(r, m.key) }

func (m meta[V]) Save(w Writer, v V) error { return m.table.Save(w, m.key, v) }

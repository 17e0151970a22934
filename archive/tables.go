package archive

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

// table is records of V under keys of K. The zero time, number or text is a key like others.
type table[K, V any] struct {
	bucket bucket
	scope  scope
	*layout[K, V]

	first  []byte // the key that a walk begins at; nil: the first
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

// load reads the record of k; ok is false where there is none.
func (t table[K, V]) load(r reader, k K) (v V, ok bool, err error) {
	key := t.key(t.scope, k)
	payload, err := loadPayload(r, t.bucket, key)
	if err != nil || payload == nil {
		return v, false, err
	}
	if v, err = t.decode(payload); err != nil {
		return v, false, nameRecord(t.bucket, key, err)
	}
	return v, true, nil
}

// must reads the record of k; that there is none is damage.
func (t table[K, V]) must(r reader, k K) (V, error) {
	v, ok, err := t.load(r, k)
	if err == nil && !ok {
		err = t.damaged(k, "missing")
	}
	return v, err
}

// has tells whether there is a record of k.
func (t table[K, V]) has(r reader, k K) (bool, error) {
	value, err := r.get(t.bucket, t.key(t.scope, k))
	return value != nil, err
}

// mustHave is an error where there is no record of k.
func (t table[K, V]) mustHave(r reader, k K) error {
	ok, err := t.has(r, k)
	if err == nil && !ok {
		err = amiss("%s is missing", recordWords("", t.bucket, t.key(t.scope, k)))
	}
	return err
}

// save writes the record of k.
func (t table[K, V]) save(w store, k K, v V) error {
	payload, err := t.encode(v)
	if err != nil {
		return err
	}
	return t.savePayload(w, k, payload)
}

// drop removes the record of k, where there is one.
func (t table[K, V]) drop(w store, k K) error { return w.drop(t.bucket, t.key(t.scope, k)) }

// payload gives the record of k as it is written; nil where there is none.
func (t table[K, V]) payload(r reader, k K) ([]byte, error) {
	return loadPayload(r, t.bucket, t.key(t.scope, k))
}

// savePayload writes the record of k as it was written elsewhere.
func (t table[K, V]) savePayload(w store, k K, payload []byte) error {
	return putPayload(w, t.bucket, t.key(t.scope, k), payload)
}

// damaged is the error of a record that is not sound.
func (t table[K, V]) damaged(k K, what string) error {
	return recordError(t.bucket, t.key(t.scope, k), what)
}

// name has an error say that it is of the record of k.
func (t table[K, V]) name(k K, err error) error {
	return nameRecord(t.bucket, t.key(t.scope, k), err)
}

// read gives what a key and a payload that were found together say.
func (t table[K, V]) read(key, payload []byte) (k K, v V, err error) {
	if k, err = t.parse(key); err != nil {
		return k, v, err
	}
	if v, err = t.decode(payload); err != nil {
		err = nameRecord(t.bucket, key, err)
	}
	return k, v, err
}

// payloads is the table with its records as they are written. One that comes from a walk
// holds until the next.
func (t table[K, V]) payloads() table[K, []byte] {
	return table[K, []byte]{t.bucket, t.scope, &layout[K, []byte]{t.key, t.prefix, t.parse, asWritten, asWritten}, t.first, t.within}
}

func asWritten(payload []byte) ([]byte, error) { return payload, nil }

// row is a record with its key.
type row[K, V any] struct {
	key   K
	value V
}

// from is the table from the first key that is not below k.
func (t table[K, V]) from(k K) table[K, V] {
	t.first = t.key(t.scope, k)
	return t
}

// after is the table from the first key that is above k.
func (t table[K, V]) after(k K) table[K, V] {
	t.first = after(t.key(t.scope, k))
	return t
}

// fromKey is from with a key as it is written.
func (t table[K, V]) fromKey(key []byte) table[K, V] {
	t.first = bytes.Clone(key)
	return t
}

// startingWith is the part of the table whose keys begin like k.
func (t table[K, V]) startingWith(k K) table[K, V] {
	t.within = t.key(t.scope, k)
	return t
}

// all goes through the table in the order of its keys.
func (t table[K, V]) all(r reader) iter.Seq2[row[K, V], error] {
	return func(yield func(row[K, V], error) bool) {
		err := t.walk(r.scan, func(key, payload []byte) error {
			k, v, err := t.read(key, payload)
			return goOn(yield(row[K, V]{k, v}, err))
		})
		if err != nil {
			yield(row[K, V]{}, err)
		}
	}
}

// keys goes through the table's keys in their order.
func (t table[K, V]) keys(r reader) iter.Seq2[K, error] {
	return func(yield func(K, error) bool) {
		err := t.walk(r.scan, func(key, _ []byte) error { return goOn(yield(t.parse(key))) })
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
	return errStop
}

// walk goes through the table's records by one of the ways in which a file is scanned.
func (t table[K, V]) walk(scan func(b bucket, from []byte, fn func(key, value []byte) error) error, fn func(key, payload []byte) error) error {
	within := t.within
	if within == nil && t.prefix != nil {
		within = t.prefix(t.scope)
	}
	first, end := t.first, behind(within)
	if first == nil {
		first = within
	}
	return scan(t.bucket, first, func(key, value []byte) error {
		if end != nil && string(key) >= string(end) {
			return errStop
		}
		payload, err := unseal(t.bucket, key, value)
		if err != nil {
			return err
		}
		return fn(key, payload)
	})
}

// lookup reads the records of many keys in one walk; they are in their order. fn gets the
// place of a key among them, and whether there is a record.
func (t table[K, V]) lookup(tr *tree, list []K, fn func(i int, v V, ok bool) error) error {
	keys := make([][]byte, len(list))
	for i, k := range list {
		keys[i] = t.key(t.scope, k)
	}
	return tr.lookup(t.bucket, keys, func(i int, value []byte) (err error) {
		var v V
		if value != nil {
			var payload []byte
			if payload, err = unseal(t.bucket, keys[i], value); err == nil {
				v, err = t.decode(payload)
			}
		}
		if err != nil {
			return nameRecord(t.bucket, keys[i], err)
		}
		return fn(i, v, value != nil)
	})
}

// keyTable is a table of keys alone.
type keyTable[K any] struct{ table[K, struct{}] }

// add writes the entry of k.
func (x keyTable[K]) add(w store, k K) error { return x.savePayload(w, k, nil) }

// The facts.
var (
	capturesTable   = tableOf(bucketCaptures, byNumber[storedCapture]())
	repeatsTable    = tableOf(bucketCaptures, byNumber[repeat]())
	bodiesTable     = tableOf(bucketBodies, bodiesLayout)
	copiesTable     = tableOf(bucketCopies, bodiesLayout)
	referencesTable = tableOf(bucketReferences, byNumber[referenceRecord]())
	pagesTable      = tableOf(bucketPages, byPage[pageRecord]())
	aliasesTable    = tableOf(bucketAliases, byPage[aliasRecord]())
	forgottenTable  = tableOf(bucketForgotten, bySum[forgottenRecord]())
	runsTable       = tableOf(bucketRuns, jsonLayout[time.Time, capture.Run](
		func(_ scope, started time.Time) []byte { return runKey(started) },
		func(key []byte) (time.Time, error) {
			ms, err := parseNumberKey(key)
			return timeOf(moment{At: int64(min(ms, maxMilli))}), err
		}))

	// requestsTable has forms under the beginning of their SHA-256.
	requestsTable = tableOf(bucketRequests, jsonLayout[formID, formRecord](
		func(_ scope, f formID) []byte { return f[:] },
		func(key []byte) (f formID, err error) {
			if copy(f[:], key) != len(key) || len(key) != len(f) {
				err = badKey(key, "a form")
			}
			return f, err
		}))

	// digestsTable finds a body by its digest.
	digestsTable = tableOf(bucketDigests, &layout[sum, uint64]{
		key:    func(_ scope, s sum) []byte { return s[:] },
		parse:  parseSum,
		encode: func(n uint64) ([]byte, error) { return numberKey(n), nil },
		decode: parseNumberKey,
	})

	// addressesTable finds the page of an address.
	addressesTable = tableOf(bucketAddresses, &layout[string, string]{
		key:    func(_ scope, url string) []byte { return []byte(url) },
		parse:  func(key []byte) (string, error) { return string(key), nil },
		encode: func(page string) ([]byte, error) { return []byte(page), nil },
		decode: func(payload []byte) (string, error) { return string(payload), nil },
	})
)

// The crawler's.
var (
	frontierTable = tableOf(bucketFrontier, byPage[capture.Entry]())

	// hostsTable has the crawler's own JSON.
	hostsTable = tableOf(bucketHosts, &layout[string, []byte]{
		key:    func(_ scope, host string) []byte { return []byte(host) },
		parse:  func(key []byte) (string, error) { return string(key), nil },
		encode: func(b []byte) ([]byte, error) { return b, nil },
		decode: func(payload []byte) ([]byte, error) { return append([]byte{}, payload...), nil },
	})
)

// bodiesLayout is that of records which are a head and a zstd frame.
var bodiesLayout = &layout[uint64, bodyRecord]{
	key:    func(_ scope, n uint64) []byte { return numberKey(n) },
	parse:  parseNumberKey,
	encode: func(b bodyRecord) ([]byte, error) { return blob(b.bodyHead, b.frame) },
	decode: func(payload []byte) (b bodyRecord, err error) {
		b.frame, err = splitBlob(payload, &b.bodyHead)
		return b, err
	},
}

// timesTable is a page's captures in order of time.
func timesTable(page string) keyTable[moment] {
	return keyTable[moment]{table[moment, struct{}]{bucket: bucketTimes, scope: scope{page: page}, layout: timesLayout}}
}

var timesLayout = &layout[moment, struct{}]{
	key:    func(s scope, m moment) []byte { return momentKey(s.page, m) },
	prefix: func(s scope) []byte { return momentPrefix(s.page) },
	parse: func(key []byte) (moment, error) {
		_, m, err := parseMomentKey(key)
		return m, err
	},
	decode: func([]byte) (none struct{}, err error) { return none, nil },
}

// articlesTable is the articles of a generation, by the number of their captures.
func articlesTable(generation uint32) table[uint64, articleRecord] {
	return table[uint64, articleRecord]{bucket: bucketArticles, scope: scope{generation: generation}, layout: articlesLayout}
}

var articlesLayout = &layout[uint64, articleRecord]{
	key:    func(s scope, n uint64) []byte { return articleKey(s.generation, n) },
	prefix: func(s scope) []byte { return generationKey(s.generation) },
	parse: func(key []byte) (uint64, error) {
		_, n, err := parseArticleKey(key)
		return n, err
	},
	encode: func(a articleRecord) ([]byte, error) { return blob(a.articleHead, a.frame) },
	decode: func(payload []byte) (a articleRecord, err error) {
		a.frame, err = splitBlob(payload, &a.articleHead)
		return a, err
	},
}

// versionsTable is a page's versions, by their numbers.
func versionsTable(generation uint32, page string) table[int, versionRecord] {
	return table[int, versionRecord]{bucket: bucketVersions, scope: scope{generation: generation, page: page}, layout: versionsLayout}
}

var versionsLayout = &layout[int, versionRecord]{
	key:    func(s scope, n int) []byte { return versionKey(s.generation, s.page, n) },
	prefix: func(s scope) []byte { return versionPrefix(s.generation, s.page) },
	parse: func(key []byte) (int, error) {
		_, _, n, err := parseVersionKey(key)
		return n, err
	},
	encode: encodeJSON[versionRecord],
	decode: decodeJSON[versionRecord],
}

// headsTable is what lists show of the pages.
func headsTable(generation uint32) table[string, headRecord] {
	return table[string, headRecord]{bucket: bucketHeads, scope: scope{generation: generation}, layout: headsLayout}
}

var headsLayout = &layout[string, headRecord]{
	key:    func(s scope, page string) []byte { return headKey(s.generation, page) },
	prefix: func(s scope) []byte { return generationKey(s.generation) },
	parse: func(key []byte) (string, error) {
		_, page, err := parseHeadKey(key)
		return page, err
	},
	encode: encodeJSON[headRecord],
	decode: decodeJSON[headRecord],
}

// daysTable is the pages that were published on a day.
func daysTable(generation uint32, day string) keyTable[string] {
	return keyTable[string]{table[string, struct{}]{bucket: bucketDays, scope: scope{generation: generation, day: day}, layout: daysLayout}}
}

var daysLayout = &layout[string, struct{}]{
	key:    func(s scope, page string) []byte { return dayKey(s.generation, s.day, page) },
	prefix: func(s scope) []byte { return dayKey(s.generation, s.day, "") },
	parse: func(key []byte) (string, error) {
		_, _, page, err := parseDayKey(key)
		return page, err
	},
	decode: func([]byte) (none struct{}, err error) { return none, nil },
}

// due is when a page is to be fetched.
type due struct {
	at   time.Time
	page string
}

// dueOf is when an entry is to be fetched.
func dueOf(e capture.Entry) due { return due{e.Due, e.Page} }

// dueTable is what is to be fetched of a class, in order of time.
func dueTable(class capture.Class) keyTable[due] {
	return keyTable[due]{table[due, struct{}]{bucket: bucketDue, scope: scope{class: class}, layout: dueLayout}}
}

var dueLayout = &layout[due, struct{}]{
	key:    func(s scope, d due) []byte { return dueKey(s.class, d.at, d.page) },
	prefix: func(s scope) []byte { return []byte{byte(s.class)} },
	parse: func(key []byte) (due, error) {
		_, at, page, err := parseDueKey(key)
		return due{at, page}, err
	},
	decode: func([]byte) (none struct{}, err error) { return none, nil },
}

// rawTable is a bucket's records as they are written; they hold for as long as what they
// are given to.
func rawTable(b bucket) table[[]byte, []byte] {
	return tableOf(b, &layout[[]byte, []byte]{
		key:    func(_ scope, key []byte) []byte { return key },
		parse:  func(key []byte) ([]byte, error) { return key, nil },
		encode: asWritten, decode: asWritten,
	})
}

// sum is a SHA-256.
type sum [sha256.Size]byte

// String is the digest that captures carry.
func (s sum) String() string { return digestPrefix + hex.EncodeToString(s[:]) }

// parseDigest reads a digest.
func parseDigest(digest string) (sum, error) {
	key, err := digestKey(digest)
	if err != nil {
		return sum{}, err
	}
	return sum(key), nil
}

// nameOf is the key of what was forgotten under a name: a page's key or an address.
func nameOf(name string) sum { return sha256.Sum256([]byte(name)) }

func parseSum(key []byte) (sum, error) {
	if len(key) != sha256.Size {
		return sum{}, badKey(key, "a digest")
	}
	return sum(key), nil
}

func tableOf[K, V any](b bucket, l *layout[K, V]) table[K, V] {
	return table[K, V]{bucket: b, layout: l}
}

func jsonLayout[K, V any](key func(scope, K) []byte, parse func([]byte) (K, error)) *layout[K, V] {
	return &layout[K, V]{key: key, parse: parse, encode: encodeJSON[V], decode: decodeJSON[V]}
}

func byNumber[V any]() *layout[uint64, V] {
	return jsonLayout[uint64, V](func(_ scope, n uint64) []byte { return numberKey(n) }, parseNumberKey)
}

func byPage[V any]() *layout[string, V] {
	return jsonLayout[string, V](func(_ scope, page string) []byte { return pageKey(page) }, parsePageKey)
}

func bySum[V any]() *layout[sum, V] {
	return jsonLayout[sum, V](func(_ scope, s sum) []byte { return s[:] }, parseSum)
}

func encodeJSON[V any](v V) ([]byte, error) { return encode(v) }

func decodeJSON[V any](payload []byte) (V, error) {
	var v V
	if json.Unmarshal(payload, &v) != nil {
		return v, amiss(unreadable)
	}
	return v, nil
}

// The records of meta.
var (
	metaSchema    = metaOf[schemaRecord]("schema")
	metaState     = metaOf[stateRecord]("state")
	metaCleanings = metaOf[[]cleaningRecord]("cleanings")
)

// meta is one record of the bucket of that name.
type meta[V any] struct {
	table table[string, V]
	key   string
}

func metaOf[V any](key string) meta[V] { return meta[V]{tableOf(bucketMeta, byPage[V]()), key} }

func (m meta[V]) load(r reader) (V, bool, error) { return m.table.load(r, m.key) }

func (m meta[V]) must(r reader) (V, error) { return m.table.must(r, m.key) }

func (m meta[V]) save(w store, v V) error { return m.table.save(w, m.key, v) }

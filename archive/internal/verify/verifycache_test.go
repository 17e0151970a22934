package verify_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/archive/internal/verify"
)

// TestFactsHideNothing: whatever is wrong with records that are sound by themselves,
// verify tells the same by what it remembers as by reading all of it from the file.
func TestFactsHideNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("long under the race detector, for which other tests verify")
	}
	_, of := varied(t)
	whole := readFile(t, of)
	told := 0
	for seed := range uint64(60) {
		if err := os.WriteFile(of.File.Path("db"), whole, 0o600); err != nil {
			t.Fatal(err)
		}
		what := falsify(t, of, rand.New(rand.NewPCG(seed, 1)))
		with, without := recordsOf(t, of, true), recordsOf(t, of, false)
		if diff := cmp.Diff(without, with); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
		if len(with) > 0 {
			told++
		}
	}
	// Some of what is changed is nobody's to check, such as a title.
	if told < 25 {
		t.Errorf("%d of 60 were told", told)
	}
}

// recordsOf looks at all records, with or without what is remembered of them.
func recordsOf(t *testing.T, of verify.Newspaper, remember bool) (found []verify.Problem) {
	t.Helper()
	if err := verify.Records(ctx, of, func(p verify.Problem) { found = append(found, p) }, remember); err != nil {
		t.Fatal(err)
	}
	return found
}

// falsify drops a record, changes a digit in it or puts another one's content in its
// place, all with the right checksum.
func falsify(t *testing.T, of verify.Newspaper, r *rand.Rand) (what string) {
	t.Helper()
	db, err := bbolt.Open(of.File.Path("db"), 0o600, &bbolt.Options{Timeout: time.Second, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		var keys [][]byte
		var b schema.Bucket
		for len(keys) < 2 {
			b = schema.Buckets()[1+r.IntN(len(schema.Buckets())-1)] // not meta
			keys = nil
			if err := tx.Bucket([]byte(b)).ForEach(func(k, _ []byte) error { keys = append(keys, bytes.Clone(k)); return nil }); err != nil {
				return err
			}
		}
		bb := tx.Bucket([]byte(b))
		key := keys[r.IntN(len(keys))]
		payload := bytes.Clone(bb.Get(key)[schema.SumSize:])
		what = string(b) + " " + schema.KeyText(key)
		head := bytes.IndexByte(payload, '\n') // of a body or an article
		if head < 0 {
			head = len(payload)
		}
		var digits []int
		for i, c := range payload[:head] {
			if c >= '1' && c <= '9' {
				digits = append(digits, i)
			}
		}
		switch op := r.IntN(4); {
		case op == 0 || len(payload) == 0:
			what += " dropped"
			return bb.Delete(key)
		case op == 1 || len(digits) == 0:
			what += " with another's content"
			payload = bytes.Clone(bb.Get(keys[r.IntN(len(keys))])[schema.SumSize:])
		default:
			what += " with another digit"
			i := digits[r.IntN(len(digits))]
			payload[i] = '1' + (payload[i]-'1'+1+byte(r.IntN(8)))%9
		}
		return bb.Put(key, schema.Seal(b, key, payload))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return what
}

// TestReadingsAreLookedAt: the article of a layout that read a version besides is not taken
// for there because the version's own article is.
func TestReadingsAreLookedAt(t *testing.T) {
	_, of := varied(t)
	err := of.File.Transact(ctx, func(w store.Tx, _ schema.Format) error {
		versions := schema.Versions(1, "1000")
		v, err := versions.Must(w, 1)
		if err != nil {
			return err
		}
		v.Readings = []schema.Reading{{Article: v.Article, Digest: v.Digest}, {Article: 4711}}
		return versions.Save(w, 1, v)
	})
	if err != nil {
		t.Fatal(err)
	}
	if found := recordsOf(t, of, true); len(found) != 1 || found[0].Name != "version 1 of dantri/1000" {
		t.Errorf("%+v", found)
	}
}

package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"testing"
	"time"

	"baoluu/archive/capture"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// records are all kinds of record that are JSON, empty.
func records() map[Bucket]func() any {
	return map[Bucket]func() any{
		BucketMeta:         func() any { return &State{} },
		BucketCaptures:     func() any { return &Capture{} },
		BucketBodies:       func() any { return &BodyHead{} },
		BucketReferences:   func() any { return &Reference{} },
		BucketPages:        func() any { return &Page{} },
		BucketAliases:      func() any { return &Alias{} },
		BucketRuns:         func() any { return &capture.Run{} },
		BucketArticles:     func() any { return &ArticleHead{} },
		BucketVersions:     func() any { return &Version{} },
		BucketHeads:        func() any { return &Head{} },
		BucketForgotten:    func() any { return &Tombstone{} },
		BucketDescriptions: func() any { return &Description{} },
		BucketFrontier:     func() any { return &capture.Entry{} },
	}
}

// draw fills every field of a record. Texts are UTF-8: what is not is refused or
// kept in base64 before it comes to a record.
func draw(t *rapid.T, v reflect.Value, name string) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.UnixMilli(rapid.Int64Range(0, MaxMilli).Draw(t, name)).UTC()))
		return
	case Position:
		// A number beyond what JSON's readers agree on is never given.
		v.Set(reflect.ValueOf(Position{rapid.Int64Range(0, MaxMilli).Draw(t, name), rapid.Uint64Range(0, 1<<53).Draw(t, name)}))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				draw(t, v.Field(i), v.Type().Field(i).Name)
			} else if f := v.Type().Field(i); f.Anonymous {
				draw(t, reflect.NewAt(f.Type, v.Field(i).Addr().UnsafePointer()).Elem(), f.Name)
			}
		}
	case reflect.String:
		v.SetString(rapid.StringN(0, 20, 60).Draw(t, name))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, name))
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64Range(math.MinInt32, 1<<53).Draw(t, name))
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(rapid.Uint64Range(0, 1<<min(v.Type().Bits()-1, 53)).Draw(t, name))
	case reflect.Array:
		for i := range v.Len() {
			draw(t, v.Index(i), name)
		}
	case reflect.Slice:
		if n := rapid.IntRange(0, 3).Draw(t, name); n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				draw(t, v.Index(i), name)
			}
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		value := reflect.New(v.Type().Elem()).Elem()
		draw(t, value, name)
		v.SetMapIndex(reflect.ValueOf("k"), value)
	case reflect.Float64:
		v.SetFloat(rapid.Float64Range(-1e9, 1e9).Draw(t, name))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		draw(t, v.Elem(), name)
	default:
		t.Fatalf("%s: a field of kind %s", name, v.Kind())
	}
}

// TestRecordsGoRound: a record that was written reads the same.
func TestRecordsGoRound(t *testing.T) {
	for b, empty := range records() {
		if b == BucketCaptures {
			continue // below, by its own encoder
		}
		t.Run(string(b), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				written, read := empty(), empty()
				draw(t, reflect.ValueOf(written).Elem(), string(b))
				payload, err := Encode(written)
				if err != nil {
					t.Fatal(err)
				}
				if err := json.Unmarshal(payload, read); err != nil {
					t.Fatal(err)
				}
				again, err := Encode(read)
				if err != nil || !bytes.Equal(payload, again) {
					t.Fatalf("%s became %s (%v)", payload, again, err)
				}
				if bytes.IndexByte(payload, '\n') >= 0 {
					t.Fatal("a newline ends a record's JSON too early")
				}
			})
		})
	}
}

// TestCapturesGoRound: whatever a header line holds is kept byte for byte.
func TestCapturesGoRound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c capture.Capture
		draw(t, reflect.ValueOf(&c).Elem(), "capture")
		for i := range c.Header {
			c.Header[i].Value = string(rapid.SliceOf(rapid.Byte()).Draw(t, "value"))
		}
		payload, err := Encode(NewCapture(c, OwnRequest(c.Request)))
		if err != nil {
			t.Fatal(err)
		}
		got, err := Captures.Decode(payload)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, got.Plain()); diff != "" {
			t.Fatal(diff)
		}
	})
}

// FuzzRecords: whatever a record holds, it is read or named as damage, and what is
// read can be written again.
func FuzzRecords(f *testing.F) {
	for b, empty := range records() {
		payload, err := Encode(empty())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b), payload)
	}
	f.Add("pages", []byte(`{"first":[1,-2],"newest":[1e99,0]}`))
	f.Add("articles", []byte(`{"dict":1,"part":[5,1]}`))
	f.Add("references", []byte(`{"uses":99,"bodies":0,"frames":1,"size":0}`))
	f.Fuzz(func(t *testing.T, name string, payload []byte) {
		empty, ok := records()[Bucket(name)]
		if !ok {
			return
		}
		v := empty()
		if err := json.Unmarshal(payload, v); err != nil {
			return
		}
		switch v := v.(type) {
		case *ArticleHead:
			if d, err := v.Dictionary([]byte("a body")); err != nil && (!errors.Is(err, ErrCorrupt) || d != nil) {
				t.Errorf("%v: %x, %v", v.Part, d, err)
			}
		case *Reference:
			v.Note(100, 20)
			_, _, _ = v.Stale(), v.Alone(100), v.Expected(100)
		case *Head:
			_ = v.Day()
		}
		if _, err := Encode(v); err != nil && !errors.Is(err, ErrInvalid) {
			t.Errorf("%s %s: %v", name, payload, err)
		}
	})
}

package sites

import (
	"cmp"
	"embed"
	"fmt"
	"io"
	"reflect"
	"slices"
	"time"
)

// Code is this package's code, by which a cleaner is told from an earlier one.
//
//go:embed *.go
var Code embed.FS

// Rules writes all that the site knows and that cleaning a page may depend on: every field but
// those that are marked `clean:"-"`. The same facts write the same bytes.
func (s *Site) Rules(w io.Writer) { writeRules(w, reflect.ValueOf(s).Elem()) }

func writeRules(w io.Writer, v reflect.Value) {
	switch v.Type() { // of the rest no copy is made: a Site has fields that change while it is used
	case reflect.TypeFor[*Expression](), reflect.TypeFor[time.Time]():
		fmt.Fprintf(w, "%q ", fmt.Sprint(v.Interface())) // nil has a text, too
		return
	case reflect.TypeFor[Selector]():
		fmt.Fprintf(w, "%q ", v.FieldByName("Text").String())
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.Tag.Get("clean") != "-" {
				fmt.Fprintf(w, "%s:", f.Name)
				writeRules(w, v.Field(i))
			}
		}
	case reflect.Slice:
		fmt.Fprintf(w, "[%d ", v.Len())
		for i := range v.Len() {
			writeRules(w, v.Index(i))
		}
	case reflect.Map:
		fmt.Fprintf(w, "{%d ", v.Len())
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
		for _, k := range keys {
			fmt.Fprintf(w, "%q:", k.String())
			writeRules(w, v.MapIndex(k))
		}
	case reflect.String, reflect.Bool:
		fmt.Fprintf(w, "%q ", fmt.Sprint(v.Interface()))
	default:
		panic(fmt.Sprintf("sites: a field of type %s is not known to be a rule of cleaning", v.Type()))
	}
}

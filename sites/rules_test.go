package sites

import (
	"bytes"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"
)

func rulesOf(s *Site) string {
	var b bytes.Buffer
	s.Rules(&b)
	return b.String()
}

// Each field that a cleaner may look at is part of the rules: of the newspaper, of a layout and
// of the rules for text dumps.
func TestRules(t *testing.T) {
	now := time.Now()
	values := map[reflect.Type]any{}
	for _, v := range []any{
		"x", true, now, []string{"x"}, map[string]string{"x": "y"}, Selectors{{Text: "p.x"}}, &Expression{text: "x"}, []*Expression{{text: "x"}}, []AddressForm{{}}, []Layout{{}},
	} {
		values[reflect.TypeOf(v)] = v
	}
	check := func(name string, of func(s *Site) reflect.Value) {
		fields := of(&Site{Layouts: []Layout{{}}}).Type()
		for i := range fields.NumField() {
			field := fields.Field(i)
			if field.Tag.Get("clean") == "-" || field.Type == reflect.TypeFor[TextRules]() {
				continue
			}
			value, ok := values[field.Type]
			if !ok {
				t.Errorf("%s.%s: this test has no value of type %s", name, field.Name, field.Type)
				continue
			}
			s := Site{Layouts: []Layout{{}}}
			before := rulesOf(&s)
			of(&s).Field(i).Set(reflect.ValueOf(value))
			if field.Name == "Layouts" {
				s.Layouts = append(s.Layouts, Layout{})
			}
			if rulesOf(&s) == before {
				t.Errorf("%s.%s is no part of the rules", name, field.Name)
			}
		}
	}
	check("Site", func(s *Site) reflect.Value { return reflect.ValueOf(s).Elem() })
	check("Layout", func(s *Site) reflect.Value { return reflect.ValueOf(&s.Layouts[0]).Elem() })
	check("TextRules", func(s *Site) reflect.Value { return reflect.ValueOf(&s.Text).Elem() })
	for _, s := range All() {
		var wg sync.WaitGroup
		wg.Go(func() { // what a Site learns while it is used is no part of them
			for i := range 50 {
				s.Address(fmt.Sprintf("%sx-%d.htm", s.Home, i)) //nolint:errcheck // whatever it is
			}
		})
		if a, b := rulesOf(s), rulesOf(s); a != b {
			t.Errorf("%s: not the same each time", s.Name)
		}
		wg.Wait()
	}
}

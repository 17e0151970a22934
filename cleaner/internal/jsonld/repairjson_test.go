package jsonld

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"baoluu/cleaner/internal/dom"

	"pgregory.net/rapid"
)

// jsonValue draws a value with the marks in its strings that a repairer could
// trip over.
func jsonValue(t *rapid.T, depth int) any {
	text := rapid.StringOf(rapid.RuneFrom([]rune(`ab đò":,{}[]'/*\<!-` + "\t\n")))
	name := rapid.StringOfN(rapid.RuneFrom([]rune(`abđ@:,{}[]'/ `)), 0, 10, -1) // as all names are: without quotes
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		return float64(rapid.IntRange(-99, 99).Draw(t, "number"))
	case 1:
		return rapid.Bool().Draw(t, "bool")
	case 2:
		if depth < 3 {
			list := []any{}
			for range rapid.IntRange(0, 3).Draw(t, "length") {
				list = append(list, jsonValue(t, depth+1))
			}
			return list
		}
	case 3:
		if depth < 3 {
			object := map[string]any{}
			for range rapid.IntRange(0, 3).Draw(t, "length") {
				object[name.Draw(t, "name")] = jsonValue(t, depth+1)
			}
			return object
		}
	case 4:
		return nil
	}
	return text.Draw(t, "text")
}

// TestRepairSound: JSON that is sound means the same afterwards.
func TestRepairSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := map[string]any{"@graph": jsonValue(t, 0)}
		sound, err := json.MarshalIndent(value, "", rapid.SampledFrom([]string{"", "\t"}).Draw(t, "indent"))
		if err != nil {
			t.Fatal(err)
		}
		var got any
		if err := json.Unmarshal([]byte(repairJSON(string(sound))), &got); err != nil || !reflect.DeepEqual(got, any(value)) {
			t.Errorf("%s became %s: %v", sound, repairJSON(string(sound)), err)
		}
	})
}

func TestRepair(t *testing.T) {
	for broken, want := range map[string]string{
		`{"a":1,}`:                             `{"a":1}`,
		`[1,,2,]`:                              `[1,2]`,
		`{"a":,"b":}`:                          `{"a":null,"b":null}`,
		`{'a':'b "c" d'}`:                      `{"a":"b \"c\" d"}`,
		`{a:undefined,b:NaN,c:-1.5e3}`:         `{"a":null,"b":null,"c":-1.5e3}`,
		`{"a":"nói "vâng", "dạ"", "b":"x"}`:    `{"a":"nói \"vâng\", \"dạ\"","b":"x"}`,
		"{\"a\":\"một\r\nhai\tba\"}":           `{"a":"một  hai ba"}`,
		"{\"a\":1 // hết\n,/* b */\"c\":2}":    `{"a":1,"c":2}`,
		`{"a":"\'b\' \x"}`:                     `{"a":"'b' x"}`,
		`{"a":["b","c",],"d":{"e":"f",},}`:     `{"a":["b","c"],"d":{"e":"f"}}`,
		`{"a":"1 < 2"<!-- x -->}`:              `{"a":"1 < 2"}`,
		`{"a":"https://x.vn/a","b":"c: d, e"}`: `{"a":"https://x.vn/a","b":"c: d, e"}`,
	} {
		var got, wanted any
		if err := json.Unmarshal([]byte(repairJSON(broken)), &got); err != nil {
			t.Errorf("%s became %s: %v", broken, repairJSON(broken), err)
		}
		if json.Unmarshal([]byte(want), &wanted) != nil || !reflect.DeepEqual(got, wanted) {
			t.Errorf("%s became %s, not %s", broken, repairJSON(broken), want)
		}
	}
}

// TestRepairLinear: what is made to be looked at again and again takes no longer
// for that.
func TestRepairLinear(t *testing.T) {
	for _, part := range []string{`"`, `","`, `" `, `{"a":`, `[`, `,`, `/*`, `<!--`, `//`, `'a`, `\`, `"   ,   `, `&quot;`, `;`, `<b `, `&#`, "a:", "-"} {
		long := strings.Repeat(part, 2_000_000/len(part))
		start := time.Now()
		_ = dom.Plain(withoutWrapping(repairJSON(long)))
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("%q took %v", part, took)
		}
	}
}

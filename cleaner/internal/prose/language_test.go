package prose

import "testing"

func TestLanguage(t *testing.T) {
	for text, want := range map[string]string{
		"Sáng nay, cây cầu được thông xe":                         "vi",
		"The mayor of Hanoi (Hà Nội) spoke to the press in May":   "en",
		"Le maire de la ville est dans les bureaux des ministres": "fr",
		"NATO": "",
	} {
		if got := Language(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

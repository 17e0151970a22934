package main

import "testing"

func TestFaultsAreReadAsTheyAreWritten(t *testing.T) {
	for flag, want := range map[string][3]string{
		"vov.vn/*=status 503":                               {"vov.vn/*", "status", "503"},
		"https://vov.vn/=challenge":                         {"vov.vn/", "challenge", ""},
		"https://vov.vn=challenge":                          {"vov.vn/", "challenge", ""},
		"*/robots.txt=hang":                                 {"*/robots.txt", "hang", ""},
		"http://vov.vn/x?page=2=redirect https://a.vn/?b=c": {"vov.vn/x?page=2", "redirect", "https://a.vn/?b=c"},
		"vov.vn/*=nonsense":                                 {},
		"vov.vn/*":                                          {},
		"=hang":                                             {},
	} {
		pattern, name, arg, err := parseFault(flag)
		if got := [3]string{pattern, name, arg}; err != nil && want[0] != "" || err == nil && got != want {
			t.Errorf("%s: %q, %v", flag, got, err)
		}
	}
}

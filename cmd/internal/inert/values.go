package inert

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// What a value may say. Those that most elements of a page have are looked at byte by byte:
// expressions took a fifth of the time of a page.
var (
	langValue   = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$`).MatchString
	timeValue   = regexp.MustCompile(`^[0-9TZPDHMSW:.,+ -]{1,40}$`).MatchString
	numberValue = regexp.MustCompile(`^-?[0-9]{1,6}$`).MatchString
	// mediaValue: what a style sheet is for. A browser that does not understand it does not use it.
	mediaValue = regexp.MustCompile(`^[A-Za-z0-9 ,:().<>=/-]{0,200}$`).MatchString
	// viewportValue: how wide a page wants to be set.
	viewportValue = regexp.MustCompile(`^[A-Za-z0-9=,.; -]{0,200}$`).MatchString
)

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

var (
	wordBytes   = bytesOf(alphanumeric + "#.+-")
	momentBytes = bytesOf(alphanumeric + ":.+-")
	base64Bytes = bytesOf(alphanumeric + "+/=")
	// placeBytes are all that an address holds: none that could end a value.
	placeBytes = func() (set [256]bool) {
		for c := range set {
			set[c] = c > ' ' && !strings.ContainsRune(`\"<>`, rune(c))
		}
		return set
	}()
)

func bytesOf(text string) (set [256]bool) {
	for _, c := range []byte(text) {
		set[c] = true
	}
	return set
}

// isOf reports whether a text has nothing but bytes of a set.
func isOf(v string, set *[256]bool) bool {
	for i := range len(v) {
		if !set[v[i]] {
			return false
		}
	}
	return true
}

// wordValue: a size, a colour, a side.
func wordValue(v string) bool {
	v = strings.TrimSuffix(v, "%")
	return v != "" && len(v) <= 24 && isOf(v, &wordBytes)
}

// hrefValue: into the archive or within the page. "//host" leads out of it.
func hrefValue(v string) bool {
	if !strings.HasPrefix(v, "#") && (len(v) < 2 || v[0] != '/' || v[1] < 'a' || v[1] > 'z') {
		return false
	}
	return isOf(v, &placeBytes)
}

// sourceValue: a picture of the archive's, or one that stands in the page.
func sourceValue(v string) bool { return isHeld(v, "im") || isDataPicture(v) }

// sheetValue: a style sheet of the archive's.
func sheetValue(v string) bool { return isHeld(v, "cs") }

// isHeld recognizes the path of an asset of the archive's: /at/MOMENTim_/ADDRESS.
func isHeld(v, form string) bool {
	v, at := strings.CutPrefix(v, "/at/")
	moment, address, _ := strings.Cut(v, "_/")
	moment, of := strings.CutSuffix(moment, form)
	return at && of && len(moment) >= 4 && len(moment) <= 40 && isOf(moment, &momentBytes) &&
		(strings.HasPrefix(address, "http:") || strings.HasPrefix(address, "https:")) && isOf(address, &placeBytes)
}

var dataPictures = []string{"png", "gif", "jpeg", "webp", "avif", "bmp", "x-icon", "svg+xml"}

func isDataPicture(v string) bool {
	v, is := strings.CutPrefix(v, "data:image/")
	kind, data, ok := strings.Cut(v, ";base64,")
	return is && ok && slices.Contains(dataPictures, kind) && isOf(data, &base64Bytes)
}

func oneOf(list ...string) func(string) bool {
	return func(v string) bool {
		for _, allowed := range list {
			if v == allowed {
				return true
			}
		}
		return false
	}
}

func upTo(most int) func(string) bool {
	return func(v string) bool {
		n, err := strconv.Atoi(v)
		return err == nil && n > 0 && n <= most && numberValue(v)
	}
}

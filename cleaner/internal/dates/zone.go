package dates

import (
	"strings"
	"time"

	"baoluu/sites"
)

// zone reads the zone that begins at token i, brackets or not, and tells
// whether there is one.
func (s *scanner) zone(r *dated, i int) bool {
	from := i
	for (s.kind(i) == '(' || s.kind(i) == '[' || s.kind(i) == ',') && i < from+2 {
		i++
	}
	sign := noSign // that a zone may begin with
	if r.time.found && i == r.time.to {
		if sign = plusOnly; r.iso || r.time.seconds { // else "07:05-09:00" is from one hour to another
			sign = anySign
		}
	}
	zone, bad, next := s.zoneAt(i, sign)
	if next == i {
		return false
	}
	if r.zone == nil {
		r.zone, r.badZone = zone, bad
	}
	for range 3 { // "+0700 (+07)", "+0000 UTC", "GMT+0700 (Indochina Time)"
		if s.kind(next) == ')' || s.kind(next) == ']' {
			next++
			continue
		}
		k := next
		if s.kind(k) == '(' || s.kind(k) == '[' {
			k++
		}
		if _, _, more := s.zoneAt(k, noSign); more > k {
			next = more
		} else if end := s.zoneName(k); end > k {
			next = end
		} else {
			break
		}
	}
	s.use(from, next)
	return true
}

// zoneName is where the long name of a zone ends, in brackets: "Indochina Time",
// "Giờ Đông Dương".
func (s *scanner) zoneName(i int) int {
	const most = 6
	if s.kind(i-1) != '(' {
		return i
	}
	for k := i; k < i+most; k++ {
		switch s.kind(k) {
		case ')':
			return k
		case 'a':
		default:
			return i
		}
	}
	return i
}

// sign is which of them may begin a zone.
type sign int

const (
	noSign sign = iota
	plusOnly
	anySign
)

// zoneAt reads a zone: where it ends is i where there is none. bad is one that
// cannot be. Bare digits behind a sign are one only right behind a time of day.
func (s *scanner) zoneAt(i int, may sign) (zone *time.Location, bad bool, next int) {
	switch s.kind(i) {
	case '+', '-':
		if may == noSign || may == plusOnly && s.kind(i) == '-' || !s.joined(i+1) {
			return nil, false, i
		}
		return s.offsetAt(i)
	case 'a':
	default:
		return nil, false, i
	}
	t := &s.tokens[i]
	switch w := t.word; w {
	case "z":
		if may != noSign {
			return time.UTC, false, i + 1
		}
	case "gmt", "utc":
		if zone, bad, next = s.offsetAt(i + 1); next > i+1 {
			return zone, bad, next
		}
		if s.isNumber(i+1, 1, 2) && s.tokens[i+1].n == 7 { // a plus that an address lost
			return sites.Zone, false, i + 2
		}
		return time.UTC, false, i + 1
	case "giờ": // of a place
		switch s.word(i+1) + " " + s.word(i+2) {
		case "việt nam", "hà nội", "đông dương":
			return sites.Zone, false, i + 3
		}
		if s.word(i+1) == "vn" {
			return sites.Zone, false, i + 2
		}
	case "vietnam", "hanoi", "indochina":
		if s.word(i+1) == "time" {
			return sites.Zone, false, i + 2
		}
	case "asia":
		if s.kind(i+1) != '/' {
			break
		}
		switch s.word(i + 2) {
		case "saigon", "bangkok", "hanoi", "jakarta":
			return sites.Zone, false, i + 3
		case "ho": // Ho_Chi_Minh
			if s.word(i+4) == "chi" && s.word(i+6) == "minh" {
				return sites.Zone, false, i + 7
			}
		}
	default:
		east, ok := zoneNames[w]
		if !ok || s.line[t.start:t.end] != strings.ToUpper(w) {
			break // "est" and "bst" are written in capitals
		}
		return time.FixedZone("", east*60), false, i + 1
	}
	return nil, false, i
}

// offsetAt reads +07:00, +0700, +07, +7.
func (s *scanner) offsetAt(i int) (zone *time.Location, bad bool, next int) {
	sign := s.kind(i)
	if sign != '+' && sign != '-' || s.kind(i+1) != '0' || sign == '-' && !s.joined(i+1) {
		return nil, false, i
	}
	n := s.tokens[i+1].n
	switch {
	case s.isNumber(i+1, 4, 4):
		zone, next = offset(sign, n/100, n%100), i+2
	case s.isNumber(i+1, 1, 2) && s.kind(i+2) == ':' && s.joined(i+2) && s.isNumber(i+3, 2, 2):
		zone, next = offset(sign, n, s.tokens[i+3].n), i+4
	case s.isNumber(i+1, 1, 2) && (s.kind(i+2) != '/' && s.kind(i+2) != '-' && s.kind(i+2) != '.' || s.kind(i+3) != '0'):
		zone, next = offset(sign, n, 0), i+2
	default:
		return nil, false, i
	}
	if zone == nil && s.isNumber(i+1, 4, 4) && IsYear(n) {
		return nil, false, i // "07:05 -2026"
	}
	return zone, zone == nil, next
}

// offset is a zone so far east of UTC, or west; nil where there is none.
func offset(sign byte, hours, minutes int) *time.Location {
	if hours > 14 || minutes > 59 {
		return nil
	}
	east := hours*3600 + minutes*60
	if sign == '-' {
		east = -east
	}
	return time.FixedZone("", east)
}

// zoneNames are minutes east of UTC. Names of several zones are left out, but
// for those that RFC 822 has.
var zoneNames = map[string]int{
	"ict": 420, "wib": 420, "sgt": 480, "hkt": 480, "jst": 540, "kst": 540, "aest": 600, "aedt": 660,
	"ut": 0, "wet": 0, "west": 60, "cet": 60, "cest": 120, "bst": 60, "eet": 120, "eest": 180, "msk": 180,
	"est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
}

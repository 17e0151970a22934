package dates

// clockTime is a time of day.
type clockTime struct {
	found                bool
	hour, minute, second int
	seconds              bool
	half                 string // am, pm and the Vietnamese words for them
	from, to             int
	weak                 bool // hours alone
}

// hourOfDay is the hour by a clock of 24. What was written by one already stays,
// whatever stands behind it: newspapers print "00:01 AM" and "14:05 PM".
func (c *clockTime) hourOfDay() int {
	h := c.hour
	switch c.half {
	case "pm", "ch", "chiều", "tối":
		if h < 12 {
			h += 12
		}
	case "am", "sa", "sáng":
		if h == 12 {
			h = 0
		}
	case "trưa":
		if h > 0 && h < 5 {
			h += 12
		}
	case "đêm":
		switch {
		case h == 12:
			h = 0
		case h > 5 && h < 12:
			h += 12
		}
	}
	return h
}

// clock reads the time of day that begins at token i: 17:17, 17h17, 09:30 PM,
// 21:36:05.123, 7 giờ 05 phút sáng, 9 pm.
func (s *scanner) clock(i int) (c clockTime) {
	if !s.isNumber(i, 1, 2) || s.tokens[i].used {
		return clockTime{}
	}
	c = clockTime{hour: s.tokens[i].n, from: i}
	k := i + 1
	switch w := s.word(k); {
	case s.kind(k) == ':' && s.isNumber(k+1, 2, 2):
		c.minute = s.tokens[k+1].n
		if k += 2; s.kind(k) == ':' && s.joined(k) && s.isNumber(k+1, 2, 2) {
			c.second, c.seconds = s.tokens[k+1].n, true
			if k += 2; (s.kind(k) == '.' || s.kind(k) == ',') && s.joined(k) && s.joined(k+1) && s.isNumber(k+1, 1, 9) {
				k += 2
			}
		}
	case w == "h" || w == "giờ" || w == "g" && s.joined(k):
		if k++; s.isNumber(k, 2, 2) || s.isNumber(k, 1, 1) && w == "giờ" && s.word(k+1) == "phút" {
			c.minute = s.tokens[k].n
			if k++; s.kind(k) == '\'' || s.word(k) == "phút" || s.word(k) == "ph" {
				k++
			}
		} else {
			c.weak = true
		}
	case s.kind(k) == '.' && s.joined(k) && s.isNumber(k+1, 2, 2) && s.halfAt(k+2) > k+2:
		c.minute, k = s.tokens[k+1].n, k+2
	case s.halfAt(k) > k && (w == "am" || w == "pm" || w == "a" || w == "p"):
	default:
		return clockTime{}
	}
	if end := s.halfAt(k); end > k {
		c.half = s.word(k)
		switch c.half {
		case "a", "p":
			c.half += "m"
		}
		c.weak = false
		k = end
	}
	c.to, c.found = k, true
	return c
}

// halfAt is where AM or PM or a Vietnamese word for them ends that begins at
// token i; i where there is none.
func (s *scanner) halfAt(i int) int {
	switch s.word(i) {
	case "am", "pm", "sa", "ch", "sáng", "trưa", "chiều", "tối", "đêm":
		return i + 1
	case "a", "p": // a.m.
		if s.kind(i+1) == '.' && s.word(i+2) == "m" {
			if s.kind(i+3) == '.' {
				return i + 4
			}
			return i + 3
		}
	}
	return i
}

// clocks gives each day the time of day that stands nearest to it, before or
// behind it, and the zone beside it.
func (s *scanner) clocks() {
	for d := range s.days {
		from, to := 0, len(s.tokens)
		if d > 0 {
			from = max(s.days[d-1].to, s.days[d-1].time.to)
		}
		if d+1 < len(s.days) {
			to = s.days[d+1].from
		}
		r := &s.days[d]
		before := s.lastClock(from, r.from)
		after := s.firstClock(r.to, to)
		best := after
		if before.found && (!after.found || before.weak == after.weak && (d+1 < len(s.days) || s.between(before.to, r.from) <= s.between(r.to, after.from)) || after.weak && !before.weak) {
			best = before
		}
		if best.weak && s.between(best.to, r.from) > 0 && s.between(r.to, best.from) > 0 {
			best = clockTime{} // "sau 3h ..." is no time of day
		}
		if best.found {
			r.time = best
			s.use(best.from, best.to)
			s.zone(r, best.to)
		}
		if s.zone(r, r.to); r.zone == nil && !r.badZone {
			for i := from; i < to; i++ {
				if w := s.word(i); (w == "gmt" || w == "utc") && s.zone(r, i) {
					break
				}
			}
		}
	}
}

// between counts the words and numbers from one token to another.
func (s *scanner) between(from, to int) (n int) {
	for i := from; i < to; i++ {
		if k := s.kind(i); (k == '0' || k == 'a') && !s.tokens[i].used {
			n++
		}
	}
	return n
}

func (s *scanner) firstClock(from, to int) clockTime {
	var weak clockTime
	for i := from; i < to; i++ {
		if s.kind(i-1) == ':' && s.joined(i) && s.joined(i-1) {
			continue // the minutes of another
		}
		switch c := s.clock(i); {
		case c.found && !c.weak:
			return c
		case c.found && !weak.found:
			weak = c
		}
	}
	return weak
}

func (s *scanner) lastClock(from, to int) (last clockTime) {
	for i := from; i < to; i++ {
		if c := s.clock(i); c.found && c.to <= to {
			if !c.weak || !last.found || last.weak {
				last = c
			}
			i = c.to - 1
		}
	}
	return last
}

package credits

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/prose"
)

// IsWork tells a line that says in brackets what its author did, and nothing more: "(tổng hợp)".
func IsWork(line string) bool {
	return strings.HasPrefix(line, "(") && compiled.MatchString(line)
}

// Signature parts a line that says who signed, by these rules:
//
//	Thành Đạt                   byline
//	Theo Reuters                source
//	(According to Reuters)      source
//	Tâm Hằng (TTXVN)            byline and source
//	Tâm Hằng/TTXVN              byline and source; so with a comma or a dash
//	TTXVN/Tin Tức               source: two agencies are one
//	PV/VOV.VN                   byline: VOV signs its own people so
//	Tên (theo AFP)              byline and source
//	Tên/Tin tức (theo AFP)      byline and source: "Tin tức (theo AFP)"
//	Tổng hợp                    source
func Signature(line string) (byline, source string) {
	line = prose.Clean(line)
	line = WithoutBy(line)
	line = strings.TrimRight(line, " -–—|") // what parted it from a date or a link that is gone
	if line == "" {
		return "", ""
	}
	if IsSource(line) || compiled.MatchString(line) {
		return "", line
	}
	if before, inside, ok := SplitBrackets(line); ok {
		who, what := strings.Trim(before, " -–,"), strings.TrimSpace(inside)
		if IsSource(what) || isAgency(what) || IsAcronym(what) {
			if who == "" {
				return "", line
			}
			switch b, s := Signature(who); {
			case b != "" && s == "":
				return b, what
			case b != "" && strings.HasSuffix(who, "/"+s): // X/Tin tức (theo CNN)
				return b, s + " (" + what + ")"
			}
			if IsAgencies(who) {
				return "", line
			}
			return who, what
		}
	}
	if IsAgencies(line) {
		return "", line
	}
	for _, mark := range []string{"/", ", ", " - ", " – "} {
		if i := strings.LastIndex(line, mark); i > 0 {
			who, what := strings.TrimSpace(line[:i]), strings.TrimSpace(line[i+len(mark):])
			if who != "" && isAgency(what) && !strings.HasPrefix(strings.ToUpper(what), "VOV") {
				return who, what
			}
		}
	}
	if m := gluedAgency.FindStringSubmatch(line); m != nil {
		return strings.TrimSpace(m[1]), m[2]
	}
	if bare := strings.TrimSpace(strings.Trim(line, "()[]")); bare != "" && line[0] == '(' {
		return bare, ""
	}
	return line, ""
}

var (
	byPrefix   = regexp.MustCompile(`(?i)^by(?:[:\s]\s*|$)`)
	inBrackets = regexp.MustCompile(`^(.*?)\s*[(\[]([^()\[\]]+)[)\]]\s*\.?$`)

	// "Theo Reuters" and the like, alone on a line, brackets or not.
	sourceLead = regexp.MustCompile(`(?i)^[(\[]?\s*(?:theo|nguồn(?: tin)?|dịch từ|lược dịch(?: từ)?|tổng hợp(?: từ| theo)?|according to|source|sources|selon|d'après|with (?:reporting|input)s? (?:by|from))(?:(\s*:)\s*|\s+)`)

	// Compiled from others' reports, which it does not name.
	compiled = regexp.MustCompile(`(?i)^[(\[]?(?:tổng hợp|t/h|lược dịch|biên dịch)[)\]]?\.?$`)

	mailAddress = regexp.MustCompile(`(?i)^[(\[]?(?:e-?mail\s*:\s*)?\S+@\S+\.[a-z]{2,}[)\]]?$`)

	// JSON-LD of Báo Tin tức glues name and agency: "Tâm HằngTTXVN".
	gluedAgency = regexp.MustCompile(`^(.*\p{Ll})(TTXVN(?:/.+)?)$`)
)

// roleLine names who did what: "Nội dung: Hà Linh", "Ảnh, video: PV". The first
// group is the first of the tasks.
var roleLine = regexp.MustCompile(`(?i)^(` + roles + `)(?:\s*(?:,|&|-|–|/|và)\s*(?:` + roles + `))*\s*:\s*(\S.*)$`)

const roles = `tin|bài(?: viết)?|nội dung|thực hiện|tổ chức(?: nội dung| sản xuất)?|sản xuất|biên tập|(?:hình )?ảnh|video|clip|quay phim|dựng(?: phim)?|` +
	`đồ họa|đồ hoạ|infographics?|minh họa|minh hoạ|thiết kế|trình bày|kỹ thuật|mỹ thuật|giọng đọc`

// RoleOf tells a line that names who did what, and whether what they did is
// the text.
func RoleOf(line string) (role, text bool) {
	if len(line) > 4*MaxSignature || !strings.Contains(line, ":") {
		return false, false
	}
	m := roleLine.FindStringSubmatch(line)
	if m == nil || !LooksSigned(m[2]) {
		return false, false
	}
	switch strings.ToLower(m[1]) {
	case "tin", "bài", "bài viết", "nội dung", "thực hiện":
		return true, true
	}
	return true, false
}

// MaxSignature is how long a signing line may be, in characters; the longest
// seen name three reporters and two agencies.
const MaxSignature = 90

// IsSource recognizes a line that names where the story comes from.
func IsSource(line string) bool {
	if utf8.RuneCountInString(line) > MaxSignature {
		return false
	}
	at := sourceLead.FindStringSubmatchIndex(line)
	if at == nil || at[2] < 0 && !namesOne(line[at[1]:]) {
		return false
	}
	bare := strings.TrimRight(strings.Trim(line, "()[] "), ".")
	if line[0] != '(' && line[0] != '[' && prose.EndsSentence(line) && at[2] < 0 {
		// "Theo Sở Y tế thì dịch đã qua." is a sentence: a source is but named.
		who := kindOfSource.ReplaceAllString(strings.TrimRight(line[at[1]:], "."), "")
		if !IsAgencies(who) && !LooksSigned(who) && !domainName.MatchString(who) {
			return false
		}
	}
	// "Theo quy định của FIFA, …" is a sentence: a source line has no clause.
	return !strings.Contains(bare, ", ") || startsNames(bare)
}

// IsTaken recognizes a line that says where a story was taken from when it stands
// right below who signed: there "Theo" and any words name a source, unless they
// are a sentence.
func IsTaken(line string) bool {
	return utf8.RuneCountInString(line) <= MaxSignature && sourceLead.MatchString(line) && !prose.EndsSentence(line)
}

// namesOne tells the name of a paper or an agency, or of a person, from other
// words: "Theo báo Tuổi trẻ", not "Theo chân đoàn cứu hộ".
func namesOne(words string) bool {
	words = kindOfSource.ReplaceAllString(words, "")
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(words, "“\"'‘ "))
	return unicode.IsUpper(first) || unicode.IsDigit(first) || domainName.MatchString(words) || IsAgencies(words)
}

var domainName = regexp.MustCompile(`^[a-z0-9-]+\.(?:com|net|org|vn)\b`)

// SourceAtEnd parts the source in brackets behind a paragraph's last sentence
// from the paragraph: "… trong khu vực. (Theo Reuters)".
func SourceAtEnd(text string) (rest, source string) {
	if !strings.HasSuffix(strings.TrimRight(text, "."), ")") {
		return text, ""
	}
	g := bracketsAtEnd.FindStringSubmatchIndex(text)
	if g == nil {
		return text, ""
	}
	if source = prose.Submatch(text, g, 2); !IsSource(source) && !IsAgencies(source) {
		return text, ""
	}
	return prose.Submatch(text, g, 1), source
}

var bracketsAtEnd = regexp.MustCompile(`^(.{20,}[.!?…”"])\s*\(([^()]{2,60})\)\.?$`)

// kindOfSource is what may stand before the name of a source.
var kindOfSource = regexp.MustCompile(`(?i)^(?:(?:báo|trang|tạp chí|hãng|thông tấn|tin|đài|kênh|website|tờ|the|le|la|les)\s+|l['’])+`)

// startsNames recognizes a list of names after its first word: every part between
// commas begins with a capital.
func startsNames(line string) bool {
	_, rest, _ := strings.Cut(line, " ")
	for part := range strings.SplitSeq(rest, ",") {
		r, _ := utf8.DecodeRuneInString(strings.TrimSpace(part))
		if !unicode.IsUpper(r) {
			return false
		}
	}
	return utf8.RuneCountInString(line) < 60
}

// agencies are news agencies and papers that stories are signed with. Names
// are compared without case, blanks and dots.
var agencies = agencySet(`ttxvn thôngtấnxãviệtnam tintức báotintức baotintuc baotintucvn báotintứcvàdântộc tintứcvàdântộc bnews bnewsvn vietnam+ vietnamplus vna vns vnp afp ap reuters
		xinhua tânhoaxã thx kyodo yonhap tass itartass riano ria rianovosti novosti sputnik interfax bbc cnn bloomberg dpa efe ansa anadolu
		upi pti ians bernama antara nhk dantri dântrí báodântrí baonghean baonghean báonghệan bna vov vovvn vovworld thanhnien thanhniên
		thanhniennews thanhniennewscom tuổitrẻ tuoitre vnexpress vietnamnet nhândân nhandan rt theguardian guardian nytimes newyorktimes
		washingtonpost vneconomy cafef tiềnphong laođộng ngườilaođộng nlđ plo zing znews vtv vtcnews hànộimới vietnamnews
		sggp sàigòngiảiphóng quânđộinhândân côngannhândân wsj forbes cnbc foxnews aljazeera dw rfi scmp economist`)

func agencySet(names string) map[string]bool {
	set := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		set[AgencyKey(name)] = true
	}
	return set
}

// AgencyKey is what names are compared by: letters, digits and plus signs, in small letters,
// marks kept. "Tin Tức" and "TIN-TỨC" have one key.
func AgencyKey(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '+' {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

func isAgency(name string) bool { return agencies[AgencyKey(name)] }

// IsAgencies recognizes the name of one agency, or several with slashes, hyphens or commas
// between: "TTXVN/Tin Tức", "AFP, Reuters".
func IsAgencies(line string) bool {
	if isAgency(line) {
		return true
	}
	parts := strings.FieldsFunc(strings.Trim(line, "()[]. "), func(r rune) bool { return r == '/' || r == ',' || r == '-' || r == '–' || r == '&' })
	if len(parts) == 0 {
		return false
	}
	for _, p := range parts {
		if !isAgency(p) {
			return false
		}
	}
	return true
}

// IsAcronym recognizes what only an agency is written like, within brackets:
// capitals alone. Reporters' own marks are not agencies.
func IsAcronym(s string) bool {
	switch s {
	case "PV", "CTV", "BTV", "P.V", "TP", "SV":
		return false
	}
	letters := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			if !unicode.IsUpper(r) {
				return false
			}
			letters++
		}
	}
	return letters >= 2 && letters <= 8
}

// LooksSigned recognizes a line that may be a signature by its look alone: short,
// no sentence, every word of it (but particles) with a capital.
func LooksSigned(line string) bool {
	if line == "" || utf8.RuneCountInString(line) > 60 {
		return false
	}
	if strings.ContainsAny(line, "?!…:;“”\"") || strings.HasSuffix(line, ".") && !prose.IsInitials(line) {
		return false
	}
	words := strings.FieldsFunc(line, func(r rune) bool {
		return r == ' ' || r == '-' || r == '–' || r == '/' || r == ',' || r == '(' || r == ')' || r == '&'
	})
	if len(words) == 0 || len(words) > 10 {
		return false
	}
	for _, w := range words {
		r, _ := utf8.DecodeRuneInString(w)
		if unicode.IsUpper(r) {
			continue
		}
		switch w {
		case "và", "thực", "hiện", "tổng", "hợp", "lược", "dịch", "ghi", "theo", "từ", "and", "de", "van", "from", "in":
			continue
		}
		return false
	}
	return true
}

// SaysBy recognizes a line that begins with "By".
func SaysBy(line string) bool { return byPrefix.MatchString(line) }

// WithoutBy leaves out the "By" that a line begins with.
func WithoutBy(line string) string { return strings.TrimSpace(byPrefix.ReplaceAllString(line, "")) }

// IsMailAddress recognizes a line that says where to write to whoever signed.
func IsMailAddress(line string) bool { return mailAddress.MatchString(line) }

// SplitBrackets parts a line from what stands in brackets at its end; false where nothing does.
func SplitBrackets(line string) (before, inside string, ok bool) {
	m := inBrackets.FindStringSubmatch(line)
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}

// WorkAtEnd is what someone did, behind the name: "Hà Linh (tổng hợp)", "H.L (TH)".
var WorkAtEnd = regexp.MustCompile(`\((?:[Tt]ổng hợp|TH|T/[Hh]|t/h|[Tt]h|ST|st|[Ss]ưu tầm|ghi|dịch|lược dịch|biên dịch|thực hiện)\)$`)

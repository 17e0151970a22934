package phrases

import (
	"regexp"
	"strings"

	"baoluu/cleaner/internal/credits"
)

var theoBehind = regexp.MustCompile(`^(\p{Lu}.{1,60}?)[\s,;/|–-]+[Tt]heo (?:báo |trang |tạp chí )?(\p{Lu}.*)$`)

// CutTheo parts a line that names a person and a source: "Lam Hồng - Theo Tuổi
// Xanh", "Lam Hồng, Theo Tuổi Xanh", "Theo Lam Hồng (Tuổi Xanh)".
func CutTheo(line string) (who, what string, ok bool) {
	if m := theoBehind.FindStringSubmatch(line); m != nil {
		if who = strings.TrimRight(m[1], " ,;/|-–"); credits.LooksSigned(who) {
			return who, m[2], true
		}
	}
	if rest, theo := strings.CutPrefix(line, "Theo "); theo {
		if who, title, ok := credits.SplitBrackets(rest); ok && credits.LooksSigned(who) && strings.Contains(who, " ") && LooksTitled(title) && !credits.IsAgencies(who) {
			return who, title, true
		}
	}
	return "", "", false
}

// WithoutTheo leaves out the word that names a source: "Theo Zing".
func WithoutTheo(s string) string {
	for _, p := range []string{"Theo ", "theo ", "Nguồn: ", "Nguồn tin: "} {
		if rest, ok := strings.CutPrefix(s, p); ok {
			return strings.TrimSpace(rest)
		}
	}
	return s
}

// WithoutWork leaves out what someone did, behind the name: "Hà Linh (tổng hợp)".
func WithoutWork(s string) string {
	if at := credits.WorkAtEnd.FindStringIndex(s); at != nil && at[0] > 0 {
		return strings.TrimSpace(s[:at[0]])
	}
	return s
}

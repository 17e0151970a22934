package cleaner

import (
	"baoluu/cleaner/internal/credits"
	"regexp"
	"strings"
)

var theoBehind = regexp.MustCompile(`^(\p{Lu}.{1,60}?)[\s,;/|–-]+[Tt]heo (?:báo |trang |tạp chí )?(\p{Lu}.*)$`)

// cutTheo parts a line that names a person and a source: "Lam Hồng - Theo Tuổi
// Xanh", "Lam Hồng, Theo Tuổi Xanh", "Theo Lam Hồng (Tuổi Xanh)".
func cutTheo(line string) (who, what string, ok bool) {
	if m := theoBehind.FindStringSubmatch(line); m != nil {
		if who = strings.TrimRight(m[1], " ,;/|-–"); credits.LooksSigned(who) {
			return who, m[2], true
		}
	}
	if rest, theo := strings.CutPrefix(line, "Theo "); theo {
		if who, title, ok := credits.SplitBrackets(rest); ok && credits.LooksSigned(who) && strings.Contains(who, " ") && looksTitled(title) && !credits.IsAgencies(who) {
			return who, title, true
		}
	}
	return "", "", false
}

// withoutTheo leaves out the word that names a source: "Theo Zing".
func withoutTheo(s string) string {
	for _, p := range []string{"Theo ", "theo ", "Nguồn: ", "Nguồn tin: "} {
		if rest, ok := strings.CutPrefix(s, p); ok {
			return strings.TrimSpace(rest)
		}
	}
	return s
}

// withoutWork leaves out what someone did, behind the name: "Hà Linh (tổng hợp)".
func withoutWork(s string) string {
	if at := credits.WorkAtEnd.FindStringIndex(s); at != nil && at[0] > 0 {
		return strings.TrimSpace(s[:at[0]])
	}
	return s
}

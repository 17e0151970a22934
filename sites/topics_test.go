package sites_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"baoluu/sites"
)

func TestTopicOf(t *testing.T) {
	for _, tt := range []struct {
		site     string
		sections []string
		want     sites.Topic
	}{
		{"dantri", []string{"Thế giới"}, sites.World},
		{"dantri", []string{"THẾ GIỚI"}, sites.World},
		{"dantri", []string{"the gioi"}, sites.World},
		{"dantri", []string{norm.NFD.String("Thế giới")}, sites.World},
		{"dantri", []string{"Thời sự"}, sites.Society}, // its newsroom's word for what happened today
		{"baotintuc", []string{"Thời sự"}, sites.Politics},
		{"baonghean", []string{"Thời sự - Chính trị"}, sites.Politics},
		{"dantri", []string{"Xã hội", "Môi trường"}, sites.Environment}, // the narrowest that says something
		{"dantri", []string{"Sức khỏe", "Tư vấn"}, sites.Health},
		{"dantri", []string{"Sức khoẻ"}, sites.Health},
		{"dantri", []string{"Thế giới", "EU & Nga"}, sites.World},
		{"dantri", []string{"Văn hoá - Giải trí"}, sites.Culture}, // of two the first
		{"dantri", []string{"Xe++"}, sites.Cars},
		{"dantri", []string{"DT360"}, ""},
		{"vov", []string{"THỂ THAO"}, sites.Sport},
		{"vov", []string{"Đời sống"}, sites.Society},
		{"dantri", []string{"Đời sống"}, sites.Lifestyle},
		{"vov", []string{"Society"}, sites.Society},
		{"baotintuc", []string{"Thế giới", "Phân tích-Nhận định"}, sites.World},
		{"baonghean", []string{"Actualités", "Économie"}, sites.Economy},
		{"baonghean", []string{"International"}, sites.World},
		{"thanhniennews", []string{"Arts & Culture"}, sites.Culture},
		{"thanhniennews", []string{"Commentaries"}, sites.Opinion},
		{"generic", []string{"Kinh tế"}, sites.Economy},
		{"generic", []string{"Commentaries"}, ""},
		{"dantri", []string{"", " - ", "&"}, ""},
		{"dantri", nil, ""},
	} {
		if got := sites.TopicOf(tt.site, tt.sections, "https://example/khong-ro/the-thao"); got != tt.want {
			t.Errorf("%s %q: %q, want %q", tt.site, tt.sections, got, tt.want)
		}
	}
}

// Where the page names no section that says something its address does, if it can.
func TestTopicOfAddress(t *testing.T) {
	for address, want := range map[string]sites.Topic{
		"http://dantri.com.vn/xa-hoi/xe-camry-tong-4-xe-may-20160314083511309.htm": sites.Society,
		"https://dantri.com.vn/xa-hoi/moi-truong/rac-2026.htm":                     sites.Environment,
		"https://vov.vn/the-gioi/ho-so/x-post1.vov":                                sites.World,
		"https://baonghean.vn/the-thao-10264872.html":                              "", // a slug
		"https://baonghean.vn/en/x-10264872.html":                                  "",
		"://": "", "": "",
	} {
		if got := sites.TopicOf("dantri", []string{"DT360"}, address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
	if got := sites.TopicOf("dantri", []string{"Thể thao"}, "https://dantri.com.vn/xa-hoi/x-1.htm"); got != sites.Sport {
		t.Errorf("the page's own section comes first: %q", got)
	}
}

// Each section of a newspaper's lists and feeds whose address names it has a topic.
func TestSectionsHaveTopics(t *testing.T) {
	numbered := regexp.MustCompile(`-(?:130ct0|15|d\d+)$`)
	general := []string{"home", "tin-moi", "tin-moi-nhat", "tin-moi-nhat-24h", "en", "fr"}
	for _, s := range sites.All() {
		for _, source := range s.Sources {
			if source.Kind != sites.SectionList && source.Kind != sites.FeedSource {
				continue
			}
			parts := strings.Split(strings.Trim(source.URL, "/"), "/")
			name, _, _ := strings.Cut(parts[len(parts)-1], ".")
			name = numbered.ReplaceAllString(name, "")
			if topic := sites.TopicOf(s.Name, []string{name}, ""); !slices.Contains(sites.Topics, topic) && !slices.Contains(general, name) {
				t.Errorf("%s: section %q has topic %q", s.Name, name, topic)
			}
		}
	}
}

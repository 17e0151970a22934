package sites

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Topic is what an article is about, in words that all newspapers share: their sections
// are cut each in its own way.
type Topic string

// The topics. An article has one, or none where its sections say nothing of it.
const (
	Politics      Topic = "politics" // of Vietnam: state, party, diplomacy, defence
	World         Topic = "world"
	Society       Topic = "society" // also work, youth, readers' letters, charity
	Economy       Topic = "economy" // also business, markets, real estate
	Law           Topic = "law"     // also crime and courts
	Education     Topic = "education"
	Health        Topic = "health"
	Science       Topic = "science" // also technology
	Environment   Topic = "environment"
	Culture       Topic = "culture"
	Entertainment Topic = "entertainment"
	Sport         Topic = "sport"
	Travel        Topic = "travel"
	Lifestyle     Topic = "lifestyle" // family, love, fashion, food
	Cars          Topic = "cars"      // and motorbikes
	Opinion       Topic = "opinion"   // columns, blogs, debates
)

// Topics are all topics.
var Topics = []Topic{
	Politics, World, Society, Economy, Law, Education, Health, Science, Environment,
	Culture, Entertainment, Sport, Travel, Lifestyle, Cars, Opinion,
}

// SectionTopics are the sections that stand for each topic, parted by commas, in any case,
// with or without marks.
type SectionTopics map[Topic]string

// shared are the sections that mean the same wherever they stand: the names of the
// newspapers' own sections, Vietnamese, English and French.
var shared = indexSections(SectionTopics{
	Politics:      "chính trị, thời sự chính trị, thời sự, xây dựng Đảng, Đảng, quốc hội, nội chính, đối ngoại, ngoại giao, quốc phòng, an ninh quốc phòng, quân sự, biên giới biển đảo, biển đảo, mặt trận đoàn thể, politics, government, diplomacy, politique",
	World:         "thế giới, quốc tế, tin thế giới, thế giới đó đây, hồ sơ, quan sát, điểm nóng, châu á, châu âu, châu mỹ, châu phi, đông á, trung đông, EU Nga, kiều bào, người Việt, cuộc sống đó đây, world, international, asia, monde, à l'international",
	Society:       "xã hội, dân sinh, đời sống xã hội, dân tộc, dân tộc miền núi, tôn giáo, giao thông, đô thị, địa phương, trong nước, tin trong nước, lao động, việc làm, lao động việc làm, nghề nghiệp, chính sách, an sinh, nhân ái, tấm lòng nhân ái, tấm lòng Việt, nhịp sống trẻ, giới trẻ, tuổi trẻ, bạn đọc, phóng sự, phóng sự ký sự, phóng sự điều tra, tin nóng, nông thôn mới, miền Tây xứ Nghệ, society, community, people, youth, social affairs, société",
	Economy:       "kinh tế, kinh doanh, thị trường, doanh nghiệp, doanh nhân, tài chính, ngân hàng, tài chính ngân hàng, tài chính đầu tư, chứng khoán, đầu tư, bất động sản, nhà đất, nông nghiệp, công nghiệp, thương mại, tiêu dùng, bảo vệ NTD, hội nhập, khởi nghiệp, economy, business, finance, money, markets, industry, trade, investment, property, real estate, économie",
	Law:           "pháp luật, vụ án, an ninh trật tự, an ninh, hình sự, tòa án, ký sự pháp đình, pháp đình, tư vấn pháp luật, văn bản luật, văn bản mới, law, crime, crime and courts, legal, droit, justice",
	Education:     "giáo dục, giáo dục khuyến học, khuyến học, tuyển sinh, du học, giáo dục đào tạo, học đường, giáo dục hướng nghiệp, education, éducation",
	Health:        "sức khỏe, sức khoẻ, y tế, sức khỏe đời sống, kiến thức giới tính, sống khỏe, health, santé",
	Science:       "khoa học, công nghệ, khoa học công nghệ, khoa học và công nghệ, công nghệ số, sức mạnh số, chuyển đổi số, số hóa, AI, vi tính, điện thoại, internet, thế giới số, science, technology, tech, sci-tech, sciences, technologie",
	Environment:   "môi trường, khí hậu, biến đổi khí hậu, thời tiết, thiên nhiên, tài nguyên, tài nguyên môi trường, environment, climate, weather, environnement",
	Culture:       "văn hóa, văn hoá, văn học, văn nghệ, nghệ thuật, sân khấu, sân khấu dân gian, âm nhạc, mỹ thuật, di sản, sách, lịch sử, đời sống văn hóa, người xứ Nghệ, đất và người xứ Nghệ, culture, arts, arts culture, culture and arts, heritage",
	Entertainment: "giải trí, điện ảnh, phim, truyền hình, hậu trường, sao, sao Việt, showbiz, hollywood, entertainment, movies, divertissement",
	Sport:         "thể thao, bóng đá, bóng đá trong nước, bóng đá quốc tế, bóng đá châu Âu, bóng đá Việt Nam, tennis, quần vợt, thể thao quốc tế, thể thao trong nước, SLNA, world cup, euro, sea games, olympic, sport, sports, football",
	Travel:        "du lịch, du lịch khám phá, khám phá, ẩm thực du lịch, du lịch ẩm thực, travel, tourism, tourisme, voyage",
	Lifestyle:     "đời sống, gia đình, tình yêu, tình yêu giới tính, làm đẹp, thời trang, ẩm thực, mẹ và bé, phụ nữ, góc tâm hồn, chuyện lạ, lifestyle, life, fashion, food, family, style de vie",
	Cars:          "ô tô xe máy, ô tô, xe máy, xe, xe++, thị trường xe, tư vấn xe, văn hóa xe, cars, autos",
	Opinion:       "diễn đàn, blog, tâm điểm, bình luận, góc nhìn, quan điểm, ý kiến, xã luận, opinion, commentary, editorial, opinions",
})

// sectionParts are what a section of two names is parted by.
var sectionParts = regexp.MustCompile(`\s+[-–—]\s+|\s*[&,/|]\s*|(?i)\s+(?:và|and|et)\s+`)

// TopicOf is the topic of an article of a newspaper by its sections, from the widest to
// the narrowest, or where they say nothing by those in its address, as /the-gioi/; "" where
// none says. The narrowest counts that says something. What the newspaper does not name itself
// counts as it does elsewhere.
func TopicOf(site string, sections []string, address string) Topic {
	var own map[string]Topic
	if s, ok := ByName(site); ok {
		own = s.topics
	}
	if t := topicOf(own, sections); t != "" {
		return t
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	folders := strings.Split(u.Path, "/")
	return topicOf(own, folders[:len(folders)-1])
}

func topicOf(own map[string]Topic, sections []string) Topic {
	for i := len(sections) - 1; i >= 0; i-- {
		for _, name := range append([]string{sections[i]}, sectionParts.Split(sections[i], -1)...) {
			name = sectionWords(name)
			if t, ok := own[name]; ok {
				return t
			}
			if t, ok := shared[name]; ok {
				return t
			}
		}
	}
	return ""
}

// indexSections turns lists of sections by topic into topics by section.
func indexSections(lists SectionTopics) map[string]Topic {
	index := map[string]Topic{}
	for topic, names := range lists {
		for name := range strings.SplitSeq(names, ",") {
			name = sectionWords(name)
			if other, ok := index[name]; ok && other != topic {
				panic("sites: section " + name + " has two topics") // a slip in the lists
			}
			index[name] = topic
		}
	}
	return index
}

// sectionWords is a section's name in lower case, without marks and punctuation.
func sectionWords(name string) string {
	bare := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ' || r == 'Đ':
			return 'd'
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFD.String(name))
	return strings.Join(strings.Fields(bare), " ")
}

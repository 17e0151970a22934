package near_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"baoluu/archive/corpus/near"
	"baoluu/sites"
)

// TestScale measures what the duplicates of many articles cost: of a quarter, half and all
// of BAOLUU_NEAR articles, the figures of docs/performance.md. One in five is a reprint with
// small edits, one in twenty a daily table.
func TestScale(t *testing.T) {
	most, err := strconv.Atoi(os.Getenv("BAOLUU_NEAR"))
	if err != nil {
		t.Skip("BAOLUU_NEAR says how many articles")
	}
	for _, n := range []int{most / 4, most / 2, most} {
		runtime.GC()
		var f near.Finder
		var adding, made time.Duration
		begin := time.Now()
		for i := range n {
			before := time.Now()
			a := scaleArticle(i)
			made += time.Since(before)
			f.Add(a)
		}
		adding = time.Since(begin) - made
		begin = time.Now()
		clusters := f.Clusters()
		grouping := time.Since(begin)
		right, wrong := 0, 0
		for i := range n {
			c, _ := clusters.Of(scaleKey(i))
			switch first := scaleKey(scaleFirst(i)); {
			case c.Name == first:
				right++
			case c.Name != scaleKey(i):
				wrong++
			}
		}
		t.Logf("%d articles: sketches in %s, clusters in %s, peak %s; %.4f in their cluster, %d in another's",
			n, adding.Round(10*time.Millisecond), grouping.Round(10*time.Millisecond), peak(), float64(right)/float64(n), wrong)
	}
}

// peak is the greatest resident size of this process so far.
func peak() string {
	status, err := os.ReadFile("/proc/self/status")
	if m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status); err == nil && m != nil {
		kB, _ := strconv.Atoi(string(m[1]))
		return fmt.Sprintf("%d MiB", kB>>10)
	}
	return "unknown"
}

func scaleKey(i int) string { return fmt.Sprintf("dantri/2026%013d", i) }

// scaleFirst is the article that i is a reprint of, itself where it is none.
func scaleFirst(i int) int {
	if i%5 == 4 && i > 40 {
		return i - 3 - i%7*5
	}
	return i
}

func scaleArticle(i int) near.Article {
	a := near.Article{Key: scaleKey(i), At: time.Date(2020, 1, 1, 0, 0, 0, 0, sites.Zone).Add(time.Duration(i) * 15 * time.Minute)}
	first := scaleFirst(i)
	if first%20 == 3 && first == i {
		r := rand.New(rand.NewPCG(2, uint64(i)))
		text := "Giá nông sản ngày " + a.At.Format("2/1") + " tại các chợ đầu mối phía Nam như sau."
		for _, what := range []string{"Cà phê nhân xô", "Hồ tiêu đen", "Cao su mủ nước", "Lúa tươi tại ruộng", "Sầu riêng loại một", "Thanh long ruột đỏ", "Tôm thẻ ao đất"} {
			text += fmt.Sprintf(" %s được thu mua ở mức %d.%d00 đồng/kg, thay đổi %d00 đồng so với phiên trước.", what, 10+r.IntN(90), r.IntN(10), r.IntN(20))
		}
		a.Title, a.Text = "Giá nông sản hôm nay", text
		return a
	}
	r := rand.New(rand.NewPCG(1, uint64(first)))
	a.Text = articleText(r, int(math.Exp(5.9+0.6*r.NormFloat64()))) // 365 words in the middle, 440 on average
	if first != i {                                                 // a reprint
		words := strings.Fields(a.Text)
		for at := i % 30; at < len(words); at += 30 {
			words[at] = "vừa"
		}
		a.Text = strings.Join(words, " ")
	}
	a.Title = fmt.Sprint("Chuyện số ", first)
	return a
}

var scaleWords, scalePhrases = func() (words, phrases []string) {
	for _, rime := range strings.Fields("a à an áng ấy ạnh ai ăn ặc âm ật e èn ê ếch i ình iên iệt o ọc ong ô ống ơ ời ơn u úc ung uôi uyện ư ừng ươi ước y") {
		for _, onset := range strings.Fields("b c ch d đ g h kh l m n ng nh ph qu r s t th tr v x") {
			words = append(words, onset+rime)
		}
	}
	r := rand.New(rand.NewPCG(3, 3))
	r.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	for range 3000 {
		var phrase []string
		for range 3 + r.IntN(6) {
			phrase = append(phrase, words[r.IntN(len(words))])
		}
		phrases = append(phrases, strings.Join(phrase, " "))
	}
	return words, phrases
}()

// articleText is n words and a few more: single ones, common ones more often, and phrases that
// all articles share.
func articleText(r *rand.Rand, n int) string {
	common := rand.NewZipf(r, 1.1, 8, uint64(len(scaleWords)-1))
	formula := rand.NewZipf(r, 1.2, 20, uint64(len(scalePhrases)-1))
	var b strings.Builder
	for words := 0; words < n; {
		if r.IntN(12) == 0 {
			phrase := scalePhrases[formula.Uint64()]
			b.WriteString(phrase + ", ")
			words += 1 + strings.Count(phrase, " ")
			continue
		}
		b.WriteString(scaleWords[common.Uint64()] + " ")
		words++
	}
	return b.String()
}

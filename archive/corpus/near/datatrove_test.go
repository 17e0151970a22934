package near_test

import (
	"crypto/sha1"
	"encoding/binary"
	"math/rand/v2"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// What datatrove 0.4 does with its defaults (MinhashConfig, TextNormConfig): lower case, no
// punctuation, no diacritics, numbers as 0; runs of 5 words, hashed by SHA-1 to 32 bits; 14
// buckets of 8 minima of (a·x + b) mod 2^61-1; articles that agree in one whole bucket are
// united, and so on from pair to pair. Its a and b are drawn by NumPy, ours by Go; its words
// are NLTK's, which after the punctuation has gone are what blanks part.
const (
	troveNGrams, troveBuckets, troveHashes = 5, 14, 8

	mersenne         = 1<<61 - 1
	trovePunctuation = "!/—”:％１〈&(、━\\【#%「」，】；+^]~“《„';’{|∶´[=-`*．（–？！：$～«〉,><》)?）。…@_.\"}►»"
)

var troveNumbers = regexp.MustCompile(`\d+`)

func troveWords(text string) []string {
	text = strings.Join(strings.Fields(strings.ToLower(text)), " ")
	text = strings.Map(func(r rune) rune {
		if strings.ContainsRune(trovePunctuation, r) || unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(text))
	return strings.Fields(troveNumbers.ReplaceAllString(text, "0"))
}

// datatrove tells of each article the least key of those that it is united with.
func datatrove(set []labelled) map[string]string {
	r := rand.New(rand.NewPCG(1, 1))
	var a, b [troveBuckets * troveHashes]uint64
	for i := range a {
		a[i], b[i] = 1+r.Uint64N(mersenne-1), r.Uint64N(mersenne)
	}
	parent := map[string]string{}
	var root func(key string) string
	root = func(key string) string {
		if p := parent[key]; p != key {
			parent[key] = root(p)
		}
		return parent[key]
	}
	type band struct {
		number int
		hashes [troveHashes]uint32
	}
	seen := map[band]string{}
	for _, article := range set {
		parent[article.Key] = article.Key
		words := troveWords(article.Text)
		var least [troveBuckets * troveHashes]uint32
		for i := range least {
			least[i] = ^uint32(0)
		}
		for i := range max(0, len(words)-troveNGrams+1) {
			sum := sha1.Sum([]byte(strings.Join(words[i:i+troveNGrams], " ")))
			x := uint64(binary.LittleEndian.Uint32(sum[:]))
			for j := range least {
				least[j] = min(least[j], uint32((x*a[j]+b[j])%mersenne)) // it overflows, as NumPy's does
			}
		}
		if len(words) < troveNGrams {
			continue
		}
		for n := range troveBuckets {
			k := band{number: n, hashes: [troveHashes]uint32(least[n*troveHashes:])}
			if other, ok := seen[k]; ok {
				x, y := root(article.Key), root(other)
				parent[max(x, y)] = min(x, y)
			} else {
				seen[k] = article.Key
			}
		}
	}
	united := map[string]string{}
	for _, article := range set {
		united[article.Key] = root(article.Key)
	}
	return united
}

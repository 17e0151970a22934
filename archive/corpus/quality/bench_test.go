package quality_test

import (
	"testing"

	"baoluu/archive/corpus/quality"
	"baoluu/cleaner"
)

// BenchmarkOf takes the labels of an article of 3 kB in twelve paragraphs.
func BenchmarkOf(b *testing.B) {
	a := article()
	for range 5 {
		a.Body = append(a.Body, a.Body[0], cleaner.Block{Kind: cleaner.Paragraph, Text: "Theo ông Lâm Văn Tòng, trưởng ấp, ý tưởng làm cầu có từ nhiều năm trước nhưng mãi đến tháng 8 mới gom đủ kinh phí. Mỗi nhà góp một ít, người không có tiền thì góp ngày công, nhà nào có vườn thì góp cây bạch đàn làm trụ."})
	}
	rewritten(a)
	b.SetBytes(int64(len(a.Text)))
	for b.Loop() {
		quality.Of(a)
	}
}

package warc

// What taking a file in costs beside what reading it costs, in bytes that take as long to
// unpack. A byte of a block that is taken is copied, decoded, hashed, cleaned and stored.
const (
	priceBodyByte = 4
	priceNeedByte = 3         // of a page or sheet that is gone through for what it needs
	priceFound    = 1 << 10   // a capture that is looked at in the archive
	priceRebuilt  = 4 << 10   // one whose page's history is rebuilt; a version that is written counts for four
	priceCompared = 192 << 10 // an article that is compared when a history is rebuilt
	priceCapture  = 8 << 10
	priceCommit   = 256 << 10
)

package charset

// What the tests of the package look at besides its surface.
var (
	FromLegacy  = fromLegacy
	DecodeTwice = decodeTwice
	Latin1      = latin1
	LegacyWords = legacyWords
	BeyondASCII = beyondASCII
)

const Windows1258 = windows1258

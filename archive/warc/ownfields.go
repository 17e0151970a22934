package warc

// Our own fields, for what WARC has none for. docs/format.md describes them. All
// but the first are written only where the record does not say the same anyway.
const (
	ownSite        = "BaoLuu-Site"
	ownPage        = "BaoLuu-Page"
	ownURL         = "BaoLuu-URL"
	ownKind        = "BaoLuu-Kind"
	ownState       = "BaoLuu-State"
	ownStatus      = "BaoLuu-Status"
	ownProto       = "BaoLuu-Proto"
	ownReason      = "BaoLuu-Reason"
	ownHeader      = "BaoLuu-Header"
	ownContentType = "BaoLuu-Content-Type"
	ownLocation    = "BaoLuu-Location"
	ownSize        = "BaoLuu-Size"
	ownProfile     = "BaoLuu-Profile"
	ownRefersPage  = "BaoLuu-Refers-To-Page"
	ownFile        = "BaoLuu-File"
	ownNote        = "BaoLuu-Note" // once for each note
)

// aliasField names, in the metadata record that ends an export of ours, one page
// that was found to be another: JSON as in the archive.
const aliasField = "alias"

package sites

// Description is a newspaper as its file says it: texts alone, nothing compiled. [Read] makes
// a [Site] of a file, [Site.Describe] the description of a Site, [Description.YAML] a file. Field by
// field it is what Site says: see there. docs/newspapers.md explains the file to its
// authors.
type Description struct {
	Name        string   `yaml:"name"`
	Title       string   `yaml:"title"`
	Home        string   `yaml:"home"`
	Hosts       []string `yaml:"hosts"`
	AssetHosts  []string `yaml:"asset_hosts,omitempty"`
	Languages   []string `yaml:"languages,flow"`
	Closed      bool     `yaml:"closed,omitempty"`
	Enabled     *bool    `yaml:"enabled,omitempty"` // nil is true
	Checked     Checked  `yaml:"checked,omitempty"`
	Sources     []Source `yaml:"sources"`
	Articles    []Form   `yaml:"articles"`
	IDTime      string   `yaml:"id_time,omitempty"` // yyyyMMddHHmmss, or its beginning
	Lists       []string `yaml:"lists,omitempty"`
	Sections    []string `yaml:"sections,omitempty"`
	Utilities   []string `yaml:"utilities,omitempty"`
	JunkQueries []string `yaml:"junk_queries,omitempty,flow"`

	Editions      map[string]string `yaml:"editions,omitempty,flow"`
	HostLanguages map[string]string `yaml:"host_languages,omitempty,flow"`

	ListPages PagingDescription   `yaml:"list_pages,omitempty"`
	Topics    map[string][]string `yaml:"topics,omitempty"`
	Suffixes  []string            `yaml:"suffixes,omitempty,flow"`
	Dateline  string              `yaml:"dateline,omitempty"`
	Layouts   []LayoutDescription `yaml:"layouts"`
	Text      TextDescription     `yaml:"text,omitempty"`
}

// Checked says what a description was held against.
type Checked struct {
	Day   string   `yaml:"day,omitempty"`   // 2006-01-02
	Pages []string `yaml:"pages,omitempty"` // addresses
}

// Form is an [AddressForm] as a file says it.
type Form struct {
	Path  string   `yaml:"path"`
	Query string   `yaml:"query,omitempty"`
	Since string   `yaml:"since,omitempty"`
	Hosts []string `yaml:"hosts,omitempty"`
}

// PagingDescription is a [Paging] as a file says it.
type PagingDescription struct {
	Address string `yaml:"address,omitempty"`
	Only    string `yaml:"only,omitempty"`
	Last    int    `yaml:"last,omitempty"`
}

// LayoutDescription is a [Layout] as a file says it. What a family says stands behind what
// the layout says itself.
type LayoutDescription struct {
	Name   string `yaml:"name"`
	Since  string `yaml:"since,omitempty"` // 2006-01-02
	Family string `yaml:"family,omitempty"`

	Article    []string `yaml:"article,omitempty,flow"`
	Title      []string `yaml:"title,omitempty,flow"`
	Kicker     []string `yaml:"kicker,omitempty,flow"`
	Lead       []string `yaml:"lead,omitempty,flow"`
	Dateline   []string `yaml:"dateline,omitempty,flow"`
	Byline     []string `yaml:"byline,omitempty,flow"`
	Source     []string `yaml:"source,omitempty,flow"`
	Time       []string `yaml:"time,omitempty,flow"`
	Section    []string `yaml:"section,omitempty,flow"`
	Tags       []string `yaml:"tags,omitempty,flow"`
	Related    []string `yaml:"related,omitempty,flow"`
	Body       []string `yaml:"body,omitempty,flow"`
	Drop       []string `yaml:"drop,omitempty,flow"`
	Captions   []string `yaml:"captions,omitempty,flow"`
	Quotes     []string `yaml:"quotes,omitempty,flow"`
	Inserted   []string `yaml:"inserted,omitempty,flow"`
	PhotoStory []string `yaml:"photo_story,omitempty,flow"`
	Live       []string `yaml:"live,omitempty,flow"`
	LiveTime   []string `yaml:"live_time,omitempty,flow"`
	Signed     bool     `yaml:"signed,omitempty"`
}

// TextDescription is [TextRules] as a file says them.
type TextDescription struct {
	Furniture []string `yaml:"furniture,omitempty"`
	Alts      []string `yaml:"alts,omitempty"`
	Tag       string   `yaml:"tag,omitempty"`
	End       []string `yaml:"end,omitempty"`
}

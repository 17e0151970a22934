package web

import (
	"context"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner/assets"
	"baoluu/cmd/internal/inert"
	"baoluu/sites"
)

const (
	// mostImported is how many style sheets one may import, with all that these import: more, and it is
	// shown without any. The crawler fetches five deep.
	mostImported = 50
	// mostImportedBytes bounds what is read to count them.
	mostImportedBytes = 8 << 20
)

// importing counts how many style sheets a browser reads for one: each as often as it is imported.
// Twenty sheets that import the next one twice are a million.
type importing struct {
	server *Server
	ctx    context.Context //nolint:containedctx // of one request
	view   *archive.View
	known  map[string]int // by their paths; of one that is being counted too many, as it imports itself
	bytes  int
}

// readSheet writes a sheet anew, and gives the addresses that it imports, as often as it does. It never
// imports itself.
func readSheet(c capture.Capture, body []byte, to func(string, assets.Kind) string) (css []byte, imports []string) {
	css = inert.StyleSheet(body, c.ContentType, c.URL, func(address string, k assets.Kind) string {
		if k == assets.Style {
			if sites.AssetPage(address) == c.Page {
				return ""
			}
			imports = append(imports, address)
		}
		return to(address, k)
	})
	return css, imports
}

// count is how many sheets are read for some that a sheet imports, mostImported+1 at most.
func (i *importing) count(c capture.Capture, addresses []string) (n int) {
	if len(addresses) == 0 {
		return 0
	}
	a := i.server.asking(i.ctx, i.view, c.Time)
	for _, address := range addresses {
		if path := a.assetPath(address, assets.Style); path != "" && n <= mostImported {
			n += 1 + i.below(path, a.nearest[sites.AssetPage(address)])
		}
	}
	return min(n, mostImported+1)
}

// below is count for all that a sheet imports.
func (i *importing) below(path string, c capture.Capture) int {
	if n, ok := i.known[path]; ok {
		return n
	}
	i.known[path] = mostImported + 1
	if len(i.known) > mostImported {
		return mostImported + 1
	}
	body, err := i.view.Body(i.ctx, c.Number)
	if i.bytes += len(body); err != nil || i.bytes > mostImportedBytes {
		return mostImported + 1
	}
	_, imports := readSheet(c, body, func(string, assets.Kind) string { return "" })
	i.known[path] = i.count(c, imports)
	return i.known[path]
}

package listing

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
)

// parseJSONFeed reads the items of a JSON feed one by one.
func parseJSONFeed(text []byte, address *url.URL) (Listing, error) {
	var l Listing
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil {
		return l, fmt.Errorf("JSON feed: %w", err)
	}
	found := false
	for d.More() {
		key, err := d.Token()
		if err == nil && key == "items" {
			found = true
			err = l.readItems(d, address)
		} else if err == nil {
			err = d.Decode(&json.RawMessage{})
		}
		switch {
		case errors.Is(err, errEnough):
			return l, nil
		case err != nil:
			return l, fmt.Errorf("JSON feed: %w", err)
		}
	}
	if !found {
		return l, errNoListing
	}
	if _, err := d.Token(); err != nil {
		return l, fmt.Errorf("JSON feed: %w", err)
	}
	return l, nil
}

func (l *Listing) readItems(d *json.Decoder, address *url.URL) error {
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return cmp.Or(err, errNoListing)
	}
	for n := 0; d.More(); n++ {
		if n == maxEntries {
			return errEnough
		}
		var item struct {
			URL       jsonField `json:"url"`
			ID        jsonField `json:"id"`
			Published jsonField `json:"date_published"`
			Modified  jsonField `json:"date_modified"`
		}
		var wrong *json.UnmarshalTypeError
		if err := d.Decode(&item); err != nil && !errors.As(err, &wrong) { // what is no object is no item
			return err
		}
		raw := string(item.URL)
		if raw == "" && isAddress(string(item.ID)) {
			raw = string(item.ID)
		}
		found := Resolve(address, raw)
		if found == "" {
			continue
		}
		at := parseFeedTime(string(item.Published))
		if at.IsZero() {
			at = parseFeedTime(string(item.Modified))
		}
		l.Articles = append(l.Articles, Item{URL: found, Time: at})
	}
	_, err := d.Token()
	return err
}

// jsonField is a text. Of a value that is none, or longer than one can be, nothing is built.
type jsonField string

func (f *jsonField) UnmarshalJSON(value []byte) error {
	var text string
	if len(value) <= maxField && value[0] == '"' {
		if err := json.Unmarshal(value, &text); err != nil {
			return err
		}
	}
	*f = jsonField(text)
	return nil
}

package schema

import "time"

// Description is how the newspaper was described when something was stored: so the file can be
// read by whoever has no other description of it.
type Description struct {
	Program string `json:"program"` // version of the program
	Text    string `json:"text"`    // a newspaper's file, YAML, as package sites reads it
}

// Described is a description with when it was noted, UTC.
type Described = Row[time.Time, Description]

// AllDescriptions lists the descriptions that can be read, the oldest first. A damaged record is
// passed over, and is the error of wrong, which may be nil: one copy of several is no reason to
// stop.
func AllDescriptions(r Reader, wrong func(error)) (list []Described, err error) {
	err = r.Scan(BucketDescriptions, nil, func(key, value []byte) error {
		payload, err := Unseal(BucketDescriptions, key, value)
		if err == nil {
			var d Described
			if d.Key, d.Value, err = Descriptions.Read(key, payload); err == nil {
				list = append(list, d)
			}
		}
		if err != nil && wrong != nil {
			wrong(err)
		}
		return nil
	})
	return list, err
}

package warcfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"

	"baoluu/archive/warcfile"
)

// A file is written, and read record by record.
func Example() {
	var file bytes.Buffer
	w := warcfile.NewWriter(&file)
	_, err := w.Write(warcfile.Header{
		{Name: warcfile.FieldType, Value: warcfile.TypeResource},
		{Name: warcfile.FieldID, Value: "<urn:uuid:2f0ee0ec-6d1d-4e02-bc16-1a6c4b6d4c5f>"},
		{Name: warcfile.FieldDate, Value: "2026-11-29T03:15:00Z"},
		{Name: warcfile.FieldURL, Value: "https://baomau.example/song-len-123.htm"},
		{Name: warcfile.FieldContentType, Value: "text/plain"},
	}, []byte("Nước sông Lèn dâng cao."))
	if err != nil {
		log.Fatal(err)
	}

	r, err := warcfile.NewReader(&file, func(p warcfile.Problem) { fmt.Println("problem:", p.What) })
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			log.Fatal(err)
		}
		block, err := io.ReadAll(rec.Block)
		if err != nil {
			log.Fatal(err)
		}
		date, err := rec.Date()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(rec.Type(), rec.URL(), date.Format("02/01/2006"))
		fmt.Printf("%s\n", block)
	}
	// Output:
	// resource https://baomau.example/song-len-123.htm 29/11/2026
	// Nước sông Lèn dâng cao.
}

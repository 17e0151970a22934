package sites_test

import (
	"bytes"
	"fmt"
	"testing"

	"baoluu/sites"
)

// BenchmarkReadHundred loads a folder of a hundred newspapers, each as long as the longest built in.
func BenchmarkReadHundred(b *testing.B) {
	dantri := site(b, "dantri")
	files := map[string][]byte{}
	for i := range 100 {
		name := fmt.Sprintf("bao-%d", i)
		source := bytes.ReplaceAll(dantri.Source, []byte("dantri.com.vn"), []byte(name+".vn"))
		files[name+".yaml"] = bytes.Replace(source, []byte("name: dantri"), []byte("name: "+name), 1)
	}
	b.ReportAllocs()
	for b.Loop() {
		list, err := sites.ReadAll(files)
		if err == nil {
			_, err = sites.NewRegistry(list...)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

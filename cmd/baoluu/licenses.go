package main

import _ "embed"

// licenses are the licences and notices of the program and of all that is linked
// into it, on any platform. A test holds them against the modules that are; "go
// generate ./cmd/baoluu" takes them from the module cache again.
//
//go:generate go test -run ^TestLicenses$ . -update-licenses
//go:embed licenses.txt
var licenses string

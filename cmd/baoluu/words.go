package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"baoluu/archive"
)

// words is an error in words for people. What the project's own packages say is in
// words of people; what the standard library says ("open x: no such file or directory",
// "strconv.Atoi: parsing …") is put into such here, once for all commands.
func words(err error) string {
	text := err.Error()
	for _, e := range foreign(err, nil) {
		text = strings.Replace(text, e.Error(), inWords(e), 1)
	}
	return text
}

// foreign appends the errors of the standard library that err is made of, the outermost of each.
func foreign(err error, list []error) []error {
	if err == nil {
		return list
	}
	if inWords(err) != "" {
		return append(list, err)
	}
	switch e := err.(type) { //nolint:errorlint // each error is looked at by itself
	case interface{ Unwrap() error }:
		return foreign(e.Unwrap(), list)
	case interface{ Unwrap() []error }:
		for _, err := range e.Unwrap() {
			list = foreign(err, list)
		}
	}
	return list
}

// inWords is one such error in words, "" for others.
func inWords(err error) string {
	switch e := err.(type) { //nolint:errorlint // each error is looked at by itself
	case *fs.PathError:
		return ofFile(e.Op, e.Path, e.Err)
	case *os.LinkError:
		return ofFile(e.Op, e.New, e.Err)
	case *os.SyscallError:
		return reason(e.Err)
	case *json.SyntaxError, *json.UnmarshalTypeError:
		return "it is not the JSON that was expected"
	case *strconv.NumError:
		return fmt.Sprintf("%q is no number", e.Num)
	case *time.ParseError:
		return fmt.Sprintf("%q is no time", e.Value)
	case *url.Error:
		return fmt.Sprintf("%s: %s", archive.Path(e.URL), words(e.Err))
	case *net.DNSError:
		return "the host " + e.Name + " is not known"
	case *net.OpError:
		if e.Addr == nil {
			return "no connection: " + words(e.Err)
		}
		return fmt.Sprintf("no connection to %s: %s", e.Addr, words(e.Err))
	}
	switch err { //nolint:errorlint // the very values
	case io.EOF, io.ErrUnexpectedEOF:
		return "it ends too early"
	case context.DeadlineExceeded:
		return "the time ran out"
	case context.Canceled:
		return "interrupted"
	}
	return ""
}

// ofFile says what could not be done to a file.
func ofFile(op, name string, err error) string {
	path := archive.Path(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		folder := filepath.Dir(name)
		if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
			return "there is no folder " + archive.Path(folder)
		}
		return path + " is not there"
	case errors.Is(err, fs.ErrExist):
		return path + " is there already"
	case errors.Is(err, fs.ErrPermission):
		return path + ": you have no permission for it"
	case errors.Is(err, syscall.EISDIR):
		return path + " is a folder, not a file"
	case errors.Is(err, syscall.ENOTDIR):
		return path + ": part of this path is a file, not a folder"
	case errors.Is(err, syscall.EROFS):
		return path + " lies where nothing can be written (read-only file system)"
	}
	switch op {
	case "lstat", "fstat", "readdirent", "fdopendir":
		op = "read"
	case "openat", "stat":
		op = "open"
	case "mkdirat":
		op = "mkdir"
	}
	if op == "mkdir" {
		op = "make"
	}
	return fmt.Sprintf("cannot %s %s: %s", op, path, reason(err))
}

// reason is what the operating system says, in words where they are better.
func reason(err error) string {
	if errors.Is(err, syscall.ENOSPC) {
		return "no space left on the disk"
	}
	return words(err)
}

// ofWhat begins an error with what it is of, a newspaper for example, unless it names that
// itself.
func ofWhat(name string, err error) error {
	letters := func(c byte) bool { return c == '_' || c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' }
	text := err.Error()
	for at := 0; ; {
		i := strings.Index(text[at:], name)
		if i < 0 {
			return fmt.Errorf("%s: %w", name, err)
		}
		from, to := at+i, at+i+len(name)
		if (from == 0 || !letters(text[from-1])) && (to == len(text) || !letters(text[to])) {
			return err
		}
		at = to
	}
}

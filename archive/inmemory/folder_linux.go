package inmemory

import (
	"os"
	"syscall"
)

const (
	folder = "/dev/shm"
	enough = 2 << 30 // bytes free
	noExec = 8       // ST_NOEXEC: tests run programs that they make
)

func init() {
	var fs syscall.Statfs_t
	if os.Getenv("TMPDIR") != "" || syscall.Statfs(folder, &fs) != nil {
		return
	}
	if int64(fs.Bfree)*fs.Bsize >= enough && fs.Flags&noExec == 0 && syscall.Access(folder, 7) == nil {
		_ = os.Setenv("TMPDIR", folder)
	}
}

package browsertest

import "testing"

// What needs a person stands on the first page, with what to do; the switch says it in the
// other language.
func TestBlockedNewspaper(t *testing.T) {
	b := newTab(t, enter(t), "vi")
	b.open("/")
	b.says(".notice.bad", "VOV: bị chặn từ")
	b.says(".notice.bad", "liên hệ toà soạn")
	b.follow(".language a")
	b.says(".notice.bad", "VOV: blocked since")
	b.says(".notice.bad", "write to the newspaper")
	b.follow(".language a")
	b.says(".notice.bad", "VOV: bị chặn từ")
}

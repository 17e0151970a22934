package sampleweb

import "errors"

// ErrUnknown is returned for a newspaper or an article that the web does not
// have, or no longer has.
var ErrUnknown = errors.New("not on the sample web")

// ErrNoSuchText is returned by [Web.Edit] when the words to replace do not
// stand in the article, and so by a second [Web.Scenario].
var ErrNoSuchText = errors.New("no such text in the article")

package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// How a wrong command line is explained: in words of ours, whichever library found
// it, with the usage below.

// explainUse makes all commands explain their wrong use. What a command takes is read
// from its line of use: "show PAGE", "list [SITE…]", "import FILE|FOLDER…".
func explainUse(root *cobra.Command) {
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usageError(c, flagError(c, err)) })
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range allCommands(root) {
		c.InitDefaultHelpFlag()
		plainSwitches(c)
		switch {
		case c.HasSubCommands() && len(c.Use) == len(c.Name()):
			c.Args = func(c *cobra.Command, args []string) error {
				return cmp.Or(knownCommand(c, args), usageError(c, checkFlags(c)))
			}
			if !c.Runnable() {
				c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
			}
		case c.Name() == "help" && c.Parent() == root:
			c.Args = func(c *cobra.Command, args []string) error {
				return cmp.Or(knownTopic(root, args), usageError(c, checkFlags(c)))
			}
		default:
			c.Args = func(c *cobra.Command, args []string) error {
				if c.HasSubCommands() && len(args) > 0 && len(mayBe(c, args[0])) > 0 && !isSite(args[0]) {
					return knownCommand(c, args)
				}
				return usageError(c, checkUse(c, args))
			}
		}
	}
}

// switchValue is the value of a switch. It hides from the parser of flags that it is one,
// which would print it as "--json[=true|false]" in each page of help.
type switchValue struct{ pflag.Value }

// plainSwitches makes the help show the switches of a command as they are written.
func plainSwitches(c *cobra.Command) {
	for _, flags := range []*pflag.FlagSet{c.Flags(), c.PersistentFlags()} {
		flags.VisitAll(func(f *pflag.Flag) {
			if _, done := f.Value.(switchValue); !done && f.Value.Type() == "bool" {
				f.Value = switchValue{f.Value}
			}
		})
	}
}

// knownCommand refuses what is no command of a group, and offers those that are
// spelled alike.
func knownCommand(group *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := fmt.Sprintf("%q lists the commands", strings.Replace(group.CommandPath(), "baoluu", "baoluu help", 1))
	return withHint(offer(mayBe(group, args[0]), hint), "unknown command %q", args[0])
}

// mayBe are the commands of a group that are spelled alike.
func mayBe(group *cobra.Command, typed string) []string {
	var names []string
	for _, c := range group.Commands() {
		names = append(names, c.Name())
	}
	return alike(typed, names)
}

// knownTopic refuses to help with what is no command.
func knownTopic(root *cobra.Command, args []string) error {
	c := root
	for i, name := range args {
		next, _, err := c.Find([]string{name})
		if err != nil || next == c {
			return knownCommand(c, args[i:])
		}
		c = next
	}
	return nil
}

// usageError adds how the command is used to an error of its command line that says
// not itself what to do.
func usageError(c *cobra.Command, err error) error {
	if err == nil {
		return nil
	}
	usage := fmt.Sprintf("usage: %s; %q has examples", c.UseLine(), strings.Replace(c.CommandPath(), "baoluu", "baoluu help", 1))
	if more := (*hintError)(nil); errors.As(err, &more) {
		usage = more.hint + "\n" + usage
	}
	return withHint(usage, "%w", err)
}

// checkUse refuses arguments that the command does not take or that are empty, and what
// [checkFlags] does.
func checkUse(c *cobra.Command, args []string) error {
	names, many, least := takes(c)
	switch {
	case len(args) < least:
		return fmt.Errorf("no %s is given", names[len(args)])
	case len(args) > len(names) && !many:
		what := "no arguments"
		if len(names) > 0 {
			what = "one " + strings.Join(names, " and one ")
		}
		return fmt.Errorf("%q is one too many: %s takes %s", args[len(names)], c.Name(), what)
	}
	for i, arg := range args {
		if strings.TrimSpace(arg) == "" {
			return fmt.Errorf("%s is given empty", names[min(i, len(names)-1)])
		}
	}
	return checkFlags(c)
}

// checkFlags refuses a call without the flags that the command needs, and flags that are
// given empty: a script's unset variable.
func checkFlags(c *cobra.Command) (err error) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		required := len(f.Annotations[cobra.BashCompOneRequiredFlag]) > 0
		switch what, _ := pflag.UnquoteUsage(f); {
		case err != nil:
		case f.Changed && isEmpty(f.Value):
			err = fmt.Errorf("--%s is given empty", f.Name)
		case required && !f.Changed && what == "string":
			err = fmt.Errorf("no --%s is given", f.Name)
		case required && !f.Changed:
			err = fmt.Errorf("no --%s %s is given", f.Name, strings.ToUpper(what))
		}
	})
	return err
}

// isEmpty reports whether a flag's value says nothing, or one of its values.
func isEmpty(v pflag.Value) bool {
	blank := func(s string) bool { return strings.TrimSpace(s) == "" }
	if list, ok := v.(pflag.SliceValue); ok {
		values := list.GetSlice()
		return len(values) == 0 || slices.ContainsFunc(values, blank)
	}
	return v.Type() == "string" && blank(v.String())
}

// takes reads a command's line of use: the names of its arguments, whether the last
// may be repeated, and how many have to be there.
func takes(c *cobra.Command) (names []string, many bool, least int) {
	for _, word := range strings.Fields(c.Use)[1:] {
		if strings.HasPrefix(word, "-") || word == "[flags]" { // flags that are written out
			break
		}
		name := strings.TrimSuffix(strings.Trim(word, "[]"), "…")
		many = strings.Contains(word, "…")
		if !strings.HasPrefix(word, "[") {
			least++
		}
		names = append(names, strings.ReplaceAll(name, "|", " or "))
	}
	return names, many, least
}

// otherWords are flags that other commands, or other programs, have for the same.
var otherWords = map[string]string{
	"since": "from", "until": "to", "from": "since", "to": "until", "after": "from", "before": "to",
	"output": "out", "folder": "out", "newspaper": "site", "language": "lang", "verbose": "log", "order": "sort",
}

// isMoment reports whether somebody has written a time.
func isMoment(text string) bool {
	_, err := readMoments("", text)
	return err == nil || calendarForm.MatchString(text)
}

// flagError says in words of ours what the parser of flags found.
func flagError(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var bare *pflag.ValueRequiredError
	var value *pflag.InvalidValueError
	var syntax *pflag.InvalidSyntaxError
	switch {
	case errors.As(err, &unknown):
		if unknown.GetSpecifiedShortnames() != "" {
			return fmt.Errorf("%s has no flag -%s", c.Name(), unknown.GetSpecifiedName())
		}
		var known []string
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				known = append(known, "--"+f.Name)
			}
		})
		typed := unknown.GetSpecifiedName()
		offers := alike("--"+typed, known)
		if same := "--" + otherWords[typed]; slices.Contains(known, same) {
			offers = []string{same}
		}
		err := fmt.Errorf("%s has no flag --%s", c.Name(), typed)
		if len(offers) > 0 {
			return withHint(offer(offers, ""), "%w", err)
		}
		return err
	case errors.As(err, &bare):
		what, _ := pflag.UnquoteUsage(bare.GetFlag())
		return fmt.Errorf("--%s needs a value (%s)", bare.GetFlag().Name, what)
	case errors.As(err, &value):
		return valueError(c, value)
	case errors.As(err, &syntax):
		return fmt.Errorf("%q is no flag", syntax.GetSpecifiedFlag())
	}
	return err
}

// valueError says why a flag cannot have a value.
func valueError(c *cobra.Command, e *pflag.InvalidValueError) error {
	name, value := "--"+e.GetFlag().Name, e.GetValue()
	what, _ := pflag.UnquoteUsage(e.GetFlag())
	switch kind := e.GetFlag().Value.Type(); {
	case what == "version" && c.Flags().Lookup("at") != nil && isMoment(value):
		return withHint("--at takes a moment: --at 2026-11-22, the page as it stood that day", "%s %q is no number of a version", name, value)
	case kind == "bool":
		return fmt.Errorf("%s is given as it is: %q is no value of it", name, value)
	case kind == "duration":
		if n, err := strconv.ParseFloat(value, 64); err == nil && value != "" {
			unit := strconv.FormatFloat(n, 'f', -1, 64)
			return fmt.Errorf("%s %s has no unit: write %sm for minutes, %ss for seconds", name, value, unit, unit)
		}
		return fmt.Errorf("%s %q is no length of time: write it like 30s, 10m or 1h30m", name, value)
	case strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "uint"), strings.HasPrefix(kind, "float"), kind == "count":
		if _, err := strconv.ParseInt(value, 0, 64); errors.Is(err, strconv.ErrRange) {
			return fmt.Errorf("%s %s is too large a number", name, value)
		}
		return fmt.Errorf("%s %q is no whole number", name, value)
	case strings.HasSuffix(kind, "Slice"), strings.HasSuffix(kind, "Array"): // read as CSV
		return fmt.Errorf("%s %q cannot be read: write the values with commas between", name, value)
	}
	return e.Unwrap() // of a flag of ours, which has words
}

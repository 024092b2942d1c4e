package server

import (
	"regexp"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/strict"
)

var envName = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)
var settingName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// decodeSettings reads what a scenario may set, on top of what the server offers
// anyway: an entry adds a setting, or says something else of one. What it leaves
// out is taken from the well-known setting of that name.
func decodeSettings(n strict.Node, offered []contract.Setting) []contract.Setting {
	settings := offered
	for _, p := range n.Pairs("write settings such as {workers: {}}") {
		if !settingName.MatchString(p.Key) || slices.Contains(places(), p.Key) {
			p.KeyNode.Notef("write lower-case letters, digits and _; taken are "+strings.Join(places(), ", "),
				"%q cannot name a setting", p.Key)
			continue
		}
		c := decodeSetting(p)
		for _, other := range settings {
			if c.Env != "" && c.Env == other.Env && c.Name != other.Name {
				p.KeyNode.Notef("give each its own",
					"settings %s and %s share the variable %s", other.Name, c.Name, c.Env)
			}
		}
		if i := slices.IndexFunc(settings, func(o contract.Setting) bool { return o.Name == c.Name }); i >= 0 {
			settings[i] = c
			continue
		}
		settings = append(settings, c)
	}
	return settings
}

func decodeSetting(p strict.Pair) contract.Setting {
	c, known := wellKnown(p.Key)
	m := p.Value.Map("env", "type", "default", "oneof", "help")
	env, kind := m.Get("env"), m.Get("type")
	if !known {
		c = contract.Setting{Name: p.Key, Type: contract.TypeText}
		env = m.Need("env", "MY_VARIABLE")
	}
	if env.Text(&c.Env) && !envName.MatchString(c.Env) {
		env.Notef("write upper-case letters, digits and _", "%q is not a variable name", c.Env)
	}
	kind.OneOf(&c.Type, contract.TypeInt, contract.TypeDuration, contract.TypeBytes,
		contract.TypeShare, contract.TypeText)
	m.Get("help").Text(&c.Help)
	decodeOneOf(&c, m.Get("oneof"))
	decodeDefault(&c, m.Get("default"))
	return c
}

func wellKnown(name string) (contract.Setting, bool) {
	all := contract.Settings()
	i := slices.IndexFunc(all, func(c contract.Setting) bool { return c.Name == name })
	if i < 0 {
		return contract.Setting{}, false
	}
	return all[i], true
}

// decodeOneOf reads the valid values of a text; a server may honour fewer than
// the well-known ones.
func decodeOneOf(c *contract.Setting, n strict.Node) {
	if !n.Present() {
		return
	}
	if c.Type != contract.TypeText {
		n.Notef("remove oneof", "only a text has a list of valid values, and %s is of type %s", c.Name, c.Type)
		return
	}
	c.OneOf = nil
	for _, item := range n.List("write a list such as [a, b]") {
		var value string
		if item.Scalar(&value) {
			c.OneOf = append(c.OneOf, value)
		}
	}
}

// decodeDefault reads the default and checks it like any value.
func decodeDefault(c *contract.Setting, n strict.Node) {
	if n.Present() && !n.Scalar(&c.Default) {
		return
	}
	if c.Default == "" {
		return
	}
	if _, fault := canonical(*c, c.Default); fault != nil {
		n.Note("default of "+c.Name+": "+fault.What, fault.Instead)
	}
}

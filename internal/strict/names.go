package strict

import (
	"slices"
	"strings"
)

// Known reads a name that must be one of the valid ones; what it names is for the
// message. Else dst stays.
func (n Node) Known(dst *string, what string, valid []string) bool {
	var name string
	if !n.Text(&name) {
		return false
	}
	if !slices.Contains(valid, name) {
		n.Note(Unknown(what, name, valid))
		return false
	}
	*dst = name
	return true
}

// Names reads a list of names, each one of the valid ones and given once. Those in
// order are returned.
func (n Node) Names(what string, valid []string) []string {
	var names []string
	for _, item := range n.List("write a list such as [" + strings.Join(valid, ", ") + "]") {
		var name string
		switch {
		case !item.Known(&name, what, valid):
		case slices.Contains(names, name):
			item.Notef("name it once", "%s %s is repeated", what, name)
		default:
			names = append(names, name)
		}
	}
	return names
}

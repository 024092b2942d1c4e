package strict

import (
	"fmt"
	"slices"
	"strings"
)

type kind int

const (
	absent  kind = iota
	refused      // there was something, and what is wrong with it has been noted
	null
	scalar
	sequence
	mapping
)

func (k kind) String() string {
	return [...]string{"nothing", "refused", "no value", "a single value", "a list", "a mapping"}[k]
}

// Node is one value of a document, with its place. The zero Node is absent:
// every reading of it does nothing.
type Node struct {
	doc          *Document
	kind         kind
	path         string // for messages: "providers.email.latency"
	line, column int
	text         string
	quoted       bool
	items        []Node
	pairs        []Pair
}

// Pair is one entry of a mapping.
type Pair struct {
	Key     string
	KeyNode Node // for problems with the key itself
	Value   Node
}

// Present says that there is a value.
func (n Node) Present() bool { return n.kind != absent }

// IsScalar says that the value is a single one: text, a number, true or false.
func (n Node) IsScalar() bool { return n.kind == scalar }

// IsMap says that the value is a mapping.
func (n Node) IsMap() bool { return n.kind == mapping }

// IsList says that the value is a list.
func (n Node) IsList() bool { return n.kind == sequence }

// Pos is the place of the value, from 1.
func (n Node) Pos() (line, column int) { return n.line, n.column }

// Note reports a problem at this value.
func (n Node) Note(what, instead string) {
	if n.doc != nil {
		n.doc.note(n.line, n.column, what, instead)
	}
}

// Notef is Note with a formatted description.
func (n Node) Notef(instead, format string, args ...any) {
	n.Note(fmt.Sprintf(format, args...), instead)
}

// name of the value in messages.
func (n Node) name() string {
	if n.path == "" {
		return "the file"
	}
	return n.path
}

// is notes a value of another kind; an absent one is passed over in silence.
func (n Node) is(want kind, example string) bool {
	if n.kind == want {
		return true
	}
	switch n.kind {
	case absent, refused:
	case null:
		n.Note(n.name()+" has no value", example)
	default:
		n.Note(fmt.Sprintf("%s is %s, not %s", n.name(), n.kind, want), example)
	}
	return false
}

// Map is a mapping of known keys.
type Map struct {
	node Node
}

// Map reads the value as a mapping with the given keys and no others.
func (n Node) Map(keys ...string) Map {
	if !n.is(mapping, "write a mapping with the keys "+strings.Join(keys, ", ")) {
		return Map{}
	}
	for _, p := range n.pairs {
		if !slices.Contains(keys, p.Key) {
			p.KeyNode.Note(Unknown("key", p.Key, keys))
		}
	}
	return Map{node: n}
}

// Get is the value of a key; absent where it is not given.
func (m Map) Get(key string) Node {
	for _, p := range m.node.pairs {
		if p.Key == key {
			return p.Value
		}
	}
	return Node{}
}

// Need is Get for a key that must be given.
func (m Map) Need(key, example string) Node {
	n := m.Get(key)
	if !n.Present() && m.node.Present() {
		m.node.Note("missing key "+join(m.node.path, key), "add "+key+": "+example)
	}
	return n
}

// Pairs reads the value as a mapping of any keys, in the order of the file.
func (n Node) Pairs(example string) []Pair {
	n.is(mapping, example)
	return n.pairs
}

// List reads the value as a list.
func (n Node) List(example string) []Node {
	n.is(sequence, example)
	return n.items
}

// Unknown words the fault of a name that is none of the valid ones, with the
// nearest of them. The result fits Note.
func Unknown(what, got string, valid []string) (problem, instead string) {
	problem = fmt.Sprintf("unknown %s %q", what, got)
	list := "valid: " + strings.Join(valid, ", ")
	if len(valid) == 0 {
		return problem, "there are none"
	}
	if near := Nearest(got, valid); near != "" {
		return problem, fmt.Sprintf("did you mean %q? (%s)", near, list)
	}
	return problem, list
}

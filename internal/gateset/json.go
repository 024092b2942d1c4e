package gateset

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/notifybench/notifybench/internal/gate"
)

var document = Format{
	Name: "json", File: File, Doc: "everything, as its schema says (docs/gate.schema.json)",
	Write: func(w io.Writer, s *Set, _ Options) error { return s.encode(w) },
}

// encode writes gate.json.
func (s *Set) encode(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(s.whole()); err != nil {
		return fmt.Errorf("encode %s: %w", File, err)
	}
	return nil
}

// whole is a copy in which a list without members is empty: null would be something else.
func (s *Set) whole() *Set {
	c := *s
	c.Policy.Rules, c.Policy.Looks = list(c.Policy.Rules), list(c.Policy.Looks)
	c.Servers = list(c.Servers)
	for i := range c.Servers {
		sv := &c.Servers[i]
		sv.Blocks = list(sv.Blocks)
		sv.Result.Findings, sv.Result.Looks = list(sv.Result.Findings), list(sv.Result.Looks)
		for j := range sv.Result.Looks {
			l := &sv.Result.Looks[j]
			l.Findings = list(l.Findings)
		}
	}
	return &c
}

// list is a copy of a list, never nil.
func list[T gate.Rule | gate.Finding | gate.Look | int | Server | Block](l []T) []T {
	return append(make([]T, 0, len(l)), slices.Clip(l)...)
}

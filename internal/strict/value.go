package strict

import (
	"strconv"
)

// Value is the node as plain Go values, for packages that read a notation of
// their own: string, int64, float64, bool, nil, []any, map[string]any.
func (n Node) Value() any {
	switch n.kind {
	case sequence:
		list := make([]any, len(n.items))
		for i, item := range n.items {
			list[i] = item.Value()
		}
		return list
	case mapping:
		m := make(map[string]any, len(n.pairs))
		for _, p := range n.pairs {
			m[p.Key] = p.Value.Value()
		}
		return m
	case scalar:
		return n.scalarValue()
	}
	return nil
}

func (n Node) scalarValue() any {
	if n.quoted {
		return n.text
	}
	if n.text == "true" || n.text == "false" {
		return n.text == "true"
	}
	if i, err := strconv.ParseInt(n.text, 10, 64); err == nil {
		return i
	}
	if f, err := strconv.ParseFloat(n.text, 64); err == nil {
		return f
	}
	return n.text
}

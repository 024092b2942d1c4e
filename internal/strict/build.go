package strict

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// build turns the parser's tree into ours, and notes what is refused wherever
// it stands: anchors, aliases, tags, merge keys, duplicate keys.
func (d *Document) build(n ast.Node, path string, depth int) Node {
	line, column := position(n)
	out := Node{doc: d, path: path, line: line, column: column}
	if depth > maxDepth {
		d.note(line, column, "nested too deep", fmt.Sprintf("at most %d levels", maxDepth))
		out.kind = refused
		return out
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		out.kind = mapping
		out.pairs = d.buildPairs(n.Values, path, depth)
	case *ast.MappingValueNode:
		out.kind = mapping
		out.pairs = d.buildPairs([]*ast.MappingValueNode{n}, path, depth)
	case *ast.SequenceNode:
		out.kind = sequence
		for i, item := range n.Values {
			out.items = append(out.items, d.build(item, fmt.Sprintf("%s[%d]", path, i), depth+1))
		}
	default:
		return d.buildScalar(n, out)
	}
	return out
}

func (d *Document) buildPairs(values []*ast.MappingValueNode, path string, depth int) []Pair {
	seen := map[string]int{}
	var pairs []Pair
	for _, v := range values {
		line, column := position(v.Key)
		key, ok := keyText(v.Key)
		if !ok {
			d.note(line, column, "this kind of key is not supported", "write a plain name and a colon")
			continue
		}
		if first, twice := seen[key]; twice {
			d.note(line, column, fmt.Sprintf("duplicate key %q, first on line %d", key, first),
				"remove one of the two")
			continue
		}
		seen[key] = line
		value := d.build(v.Value, join(path, key), depth+1)
		if value.kind == null {
			value.line, value.column = line, column
		}
		pairs = append(pairs, Pair{Key: key, KeyNode: Node{
			doc: d, path: path, kind: scalar, text: key, line: line, column: column}, Value: value})
	}
	return pairs
}

func (d *Document) buildScalar(n ast.Node, out Node) Node {
	switch n := n.(type) {
	case *ast.StringNode:
		quoted := n.Token.Type == token.SingleQuoteType || n.Token.Type == token.DoubleQuoteType
		out.kind, out.text, out.quoted = scalar, n.Value, quoted
	case *ast.LiteralNode:
		out.kind, out.text, out.quoted = scalar, n.Value.Value, true
	case *ast.NullNode:
		out.kind = null
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		out.kind, out.text = scalar, n.GetToken().Value
	default:
		out.kind = refused
		d.note(out.line, out.column, refusal(n), "write the value out, in plain YAML")
	}
	return out
}

func refusal(n ast.Node) string {
	switch n.(type) {
	case *ast.AnchorNode:
		return "anchors (&name) are not supported"
	case *ast.AliasNode:
		return "aliases (*name) are not supported"
	case *ast.TagNode:
		return "tags (!name) are not supported"
	}
	return "this YAML construct is not supported"
}

func keyText(key ast.MapKeyNode) (string, bool) {
	switch key := key.(type) {
	case *ast.StringNode:
		return key.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return key.GetToken().Value, true
	}
	return "", false
}

// position of a node; 0 where the parser gives none.
func position(n ast.Node) (line, column int) {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		n = m.Values[0].Key
	}
	if m, ok := n.(*ast.MappingValueNode); ok {
		n = m.Key
	}
	tk := n.GetToken()
	if tk == nil || tk.Position == nil {
		return 0, 0
	}
	return tk.Position.Line, tk.Position.Column
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

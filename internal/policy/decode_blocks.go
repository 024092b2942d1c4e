package policy

import "github.com/notifybench/notifybench/internal/strict"

// blocks reads after how many blocks they are looked at.
func (d *decoder) blocks() {
	n := d.top.Get("blocks")
	if !n.Present() {
		return
	}
	m := n.Map("looks", "confirm")
	m.Get("confirm").Int(&d.f.Gate.Confirm, minBlocks, maxBlocks)
	if looks := m.Get("looks"); looks.Present() {
		d.looks(looks)
	}
}

const looksExample = "write a list such as [8, 12, 16, 24]"

func (d *decoder) looks(n strict.Node) {
	items := n.List(looksExample)
	if n.IsList() && (len(items) == 0 || len(items) > maxLooks) {
		n.Notef("write one to sixteen numbers of blocks", "%d looks", len(items))
		return
	}
	var looks []int
	for _, item := range items {
		var blocks int
		if !item.Int(&blocks, minBlocks, maxBlocks) {
			continue
		}
		if len(looks) > 0 && blocks <= looks[len(looks)-1] {
			item.Notef("write the looks in ascending order", "%d blocks do not come after %d", blocks, looks[len(looks)-1])
			continue
		}
		looks = append(looks, blocks)
	}
	if len(looks) > 0 {
		d.f.Gate.Looks = looks
	}
}

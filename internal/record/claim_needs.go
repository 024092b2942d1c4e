package record

// Needs lists the rows and loads without which the claim has no verdict.
func (c *Claim) Needs() []Point {
	if c.Unmeasured != "" {
		return nil
	}
	loads := c.Judge.Over
	if len(loads) == 0 {
		loads = []string{c.Load}
	}
	rows := c.Judge.Order
	if len(rows) == 0 {
		rows = []string{c.Row}
	}
	if c.To != "" {
		rows = append(rows[:len(rows):len(rows)], c.To)
	}
	return cross(rows, loads)
}

// Beside lists what is shown beside the verdict: where the claim may come out instead,
// and the Go rows of the same model.
func (c *Claim) Beside() []Point {
	var points []Point
	for _, p := range c.Instead {
		points = append(points, Point{Row: p.Row, Load: p.Load})
		if to := p.To; to != "" {
			points = append(points, Point{Row: to, Load: p.Load})
		} else if c.To != "" {
			points = append(points, Point{Row: c.To, Load: p.Load})
		}
	}
	return append(points, cross(c.Go, []string{c.Load})...)
}

func cross(rows, loads []string) (points []Point) {
	for _, load := range loads {
		for _, row := range rows {
			points = append(points, Point{Row: row, Load: load})
		}
	}
	return points
}

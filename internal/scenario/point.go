package scenario

import (
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/notifybench/notifybench/internal/shape"
)

// PointOf is the one row under the one load with which a number of a claim's Solve is
// tried: as the scenario has them but for that number, in so many trials, whole and
// without an objective.
func PointOf(s *Scenario, c *Claim, n, trials int) (*Scenario, error) {
	p := Only(s, []string{c.Solve.Row}, []string{c.Solve.Load})
	p.Claims, p.SLO, p.Trials = nil, nil, trials
	if n := p.Slices.Count; n > 0 { // alone there is nothing to alternate with
		p.Duration, p.Slices = p.Duration*time.Duration(n), Slices{}
	}
	row := &p.Servers[0]
	row.Loads = nil // the one load there is may have a name of its own
	if c.Solve.Set == "" {
		sh, err := shape.Parse(fmt.Sprintf("{closed: {connections: %d}}", n))
		if err != nil {
			return nil, err
		}
		p.Loads[0] = Load{Name: fmt.Sprintf("c%d", n), Shape: sh}
		return p, nil
	}
	set, pos := map[string]string{}, map[string]Position{}
	maps.Copy(set, row.Set)
	maps.Copy(pos, row.SetPos)
	set[c.Solve.Set], pos[c.Solve.Set] = strconv.Itoa(n), c.Pos["solve.set"]
	row.Set, row.SetPos = set, pos
	row.Label = fmt.Sprintf("%s %s=%d", row.Name, c.Solve.Set, n)
	return p, nil
}

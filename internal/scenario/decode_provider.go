package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/strict"
)

// Fields of a provider. A single fault is a field of its own in a timeline:
// "faults.reset".
const (
	fieldLatency  = "latency"
	fieldRate     = "error_rate"
	fieldStatus   = "error_status"
	fieldFaults   = "faults"
	fieldDrip     = "drip_time"
	fieldQueue    = "queue"
	fieldThrottle = "throttle"
)

func providerFields() []string {
	return []string{fieldLatency, fieldRate, fieldStatus, fieldFaults, fieldDrip, fieldQueue, fieldThrottle}
}

func faultNames() []string {
	var names []string
	for _, f := range contract.Faults() {
		names = append(names, f.Name)
	}
	return names
}

// Limits of a provider.
const (
	defaultErrorStatus = 500
	maxQueueServers    = 1_000_000
	maxQueueLength     = 10_000_000
)

// ParseProvider reads a provider outside a scenario: a latency, or a mapping of
// the fields of a provider. where is what problems are reported under; files are
// looked for from the current folder.
func ParseProvider(where, channel, text string) (Provider, error) {
	d := decoder{doc: strict.Parse(where, []byte(text)), s: &Scenario{}}
	root := d.doc.Root()
	p := newProvider(channel)
	if fields, _ := root.Value().(map[string]any); fields[fieldLatency] != nil {
		p = d.provider(channel, root)
	} else {
		d.setField(&p, fieldLatency, root)
	}
	return p, d.doc.Err()
}

func newProvider(channel string) Provider {
	return Provider{Channel: channel, ErrorStatus: defaultErrorStatus, DripTime: contract.DefaultDripTime}
}

func (d *decoder) provider(channel string, n strict.Node) Provider {
	p := newProvider(channel)
	m := n.Map(providerFields()...)
	m.Need(fieldLatency, "200ms")
	for _, field := range providerFields() {
		d.setField(&p, field, m.Get(field))
	}
	checkShares(p, n)
	return p
}

// checkShares refuses more faults than calls.
func checkShares(p Provider, n strict.Node) bool {
	sum := p.ErrorRate
	for _, share := range p.Faults {
		sum += share
	}
	if sum > contract.MaxShares {
		n.Notef("lower them to 100% in all", "error_rate and faults of provider %s add up to %s",
			p.Channel, strconv.FormatFloat(sum*100, 'g', 6, 64)+"%")
		return false
	}
	return true
}

// setField reads one field of a provider; false where that failed and was noted.
func (d *decoder) setField(p *Provider, field string, n strict.Node) bool {
	switch field {
	case fieldRate:
		return n.Share(&p.ErrorRate)
	case fieldStatus:
		return n.Int(&p.ErrorStatus, 400, 599)
	case fieldFaults:
		return setFaults(p, n)
	case fieldDrip:
		return n.Duration(&p.DripTime, time.Millisecond, maxDuration)
	case fieldQueue:
		return setQueue(p, n)
	case fieldThrottle:
		return setThrottle(p, n)
	}
	if name, ok := strings.CutPrefix(field, fieldFaults+"."); ok {
		return setFault(p, name, n)
	}
	dist := d.latency(n)
	if dist != nil {
		p.Latency = dist
	}
	return dist != nil
}

// setFaults replaces all faults.
func setFaults(p *Provider, n strict.Node) bool {
	if !n.Present() {
		return false
	}
	p.Faults = nil
	m, fine := n.Map(faultNames()...), n.IsMap()
	for _, name := range faultNames() {
		if share := m.Get(name); share.Present() {
			fine = setFault(p, name, share) && fine
		}
	}
	return fine
}

// setFault sets the share of one fault. The map is made anew: steps of a timeline
// share it.
func setFault(p *Provider, name string, n strict.Node) bool {
	var share float64
	if !n.Share(&share) {
		return false
	}
	all := map[string]float64{}
	for other, s := range p.Faults {
		all[other] = s
	}
	if all[name] = share; share == 0 {
		delete(all, name)
	}
	if p.Faults = all; len(all) == 0 {
		p.Faults = nil
	}
	return true
}

func setQueue(p *Provider, n strict.Node) bool {
	if !n.Present() {
		return false
	}
	m := n.Map("servers", "length")
	q := contract.Queue{}
	servers := m.Need("servers", "8").Int(&q.Servers, 1, maxQueueServers)
	if !m.Need("length", "100").Int(&q.Length, 0, maxQueueLength) || !servers {
		return false
	}
	p.Queue = &q
	return true
}

// fieldText is the value of one field in the notation of a scenario file, empty
// where it is that of a provider of which nothing is said.
func (p Provider) fieldText(field string) string {
	switch field {
	case fieldLatency:
		if p.Latency == nil {
			return ""
		}
		return p.Latency.String()
	case fieldRate:
		return share(p.ErrorRate)
	case fieldFaults:
		return p.faultsText()
	case fieldDrip:
		if p.DripTime == contract.DefaultDripTime {
			return ""
		}
		return p.DripTime.String()
	case fieldQueue:
		if p.Queue == nil {
			return ""
		}
		return fmt.Sprintf("{servers: %d, length: %d}", p.Queue.Servers, p.Queue.Length)
	case fieldThrottle:
		return throttleText(p.Throttle)
	}
	return strconv.Itoa(p.ErrorStatus)
}

func (p Provider) faultsText() string {
	var parts []string
	for _, name := range faultNames() {
		if s, ok := p.Faults[name]; ok {
			parts = append(parts, name+": "+share(s))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// stepText is the value of a field in a step of a timeline, where a field goes
// back to what it is by default only by saying so.
func (p Provider) stepText(field string) string {
	text := p.fieldText(field)
	switch {
	case text != "":
		return text
	case field == fieldDrip:
		return p.DripTime.String()
	}
	return "{}"
}

// Behaviour is the provider as the mock providers take it.
func (p Provider) Behaviour() contract.Behaviour {
	b := contract.Behaviour{Latency: p.Latency.String(), ErrorRate: p.ErrorRate, ErrorStatus: p.ErrorStatus,
		Faults: p.Faults, Queue: p.Queue, Throttle: p.Throttle}
	if p.DripTime != contract.DefaultDripTime {
		b.DripTime = p.DripTime
	}
	return b
}

// share in the notation of a scenario file, exactly.
func share(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// stepFields are the fields a step of a timeline may set.
func stepFields() []string {
	fields := slices.Clone(providerFields())
	for _, name := range faultNames() {
		fields = append(fields, fieldFaults+"."+name)
	}
	return fields
}

package migrate

import (
	"math"

	"github.com/notifybench/notifybench/internal/record"
)

// What decides how many instances it takes.
const (
	DecidesCPU = "CPU"
	DecidesOne = "one is enough"
)

// Need is what a row takes to serve a rate.
type Need struct {
	Row       string  `json:"row"`
	Why       string  `json:"why,omitempty"`       // why there are no figures
	InFlight  float64 `json:"in_flight,omitempty"` // notifications, on average, over all instances
	Instances Figure  `json:"instances,omitzero"`
	VCPU      Figure  `json:"vcpu,omitzero"`   // that may be as busy as the plan allows
	Memory    Figure  `json:"memory,omitzero"` // bytes
	// Cost of a million notifications, and the same where every instance has whole
	// cores to itself.
	Cost      Figure `json:"cost_per_million,omitzero"`
	CostWhole Figure `json:"cost_per_million_whole_vcpus,omitzero"`
	// MemoryShare is the share of memory in Cost.
	MemoryShare float64 `json:"memory_share,omitempty"`
	// Decides is what the number of instances follows from: "workers", "client-pool",
	// DecidesCPU or DecidesOne.
	Decides string `json:"decides,omitempty"`
	// Doubted says that a prediction from this row's figures failed.
	Doubted bool `json:"doubted,omitempty"`
}

// sized is one end of a Need.
type sized struct {
	instances, vcpu, memory float64
	decides                 string
}

// size is how many instances serve a rate, each as busy as allowed at most, and what
// they take together.
func (m *model) size(rate, utilisation float64, s side) sized {
	n, decides := 1.0, DecidesOne
	if m.limit.kind != "" {
		if held := math.Ceil(rate/(m.limit.rate*utilisation) - 1e-9); held > 1 {
			n, decides = held, m.limit.kind
		}
	}
	// The cost of a notification depends on how busy an instance is, and so on how many
	// there are: from below, the first number that is enough is the smallest.
	for range maxSteps {
		busy := math.Ceil(rate*m.cost.at(rate/n, s)/(utilisation*m.cores) - 1e-9)
		if busy <= n {
			break
		}
		n, decides = busy, DecidesCPU
	}
	return sized{
		instances: n, decides: decides,
		vcpu:   rate * m.cost.at(rate/n, s) / utilisation,
		memory: n * m.memory.at(rate*m.path/n, s),
	}
}

// maxSteps bounds a search that gets there in a few.
const maxSteps = 1000

// need prices a size.
func (m *model) need(rate float64, plan *record.Migrate) Need {
	sizes := map[side]sized{}
	for _, s := range []side{low, mid, high} {
		sizes[s] = m.size(rate, plan.Utilisation, s)
	}
	figure := func(of func(sized) float64) Figure {
		return between(m.ranged(), func(s side) float64 { return of(sizes[s]) })
	}
	p := plan.Price
	perMillion := func(vcpu, memory float64) float64 {
		return (vcpu*p.VCPUHour + memory/1e9*p.GBHour) / (rate * 3600) * 1e6
	}
	out := Need{Row: m.subject.ID, InFlight: rate * m.path, Decides: sizes[mid].decides,
		Instances: figure(func(z sized) float64 { return z.instances }),
		VCPU:      figure(func(z sized) float64 { return z.vcpu }),
		Memory:    figure(func(z sized) float64 { return z.memory }),
		Cost:      figure(func(z sized) float64 { return perMillion(z.vcpu, z.memory) }),
		CostWhole: figure(func(z sized) float64 { return perMillion(z.instances*m.cores, z.memory) }),
	}
	if out.Cost.V > 0 {
		out.MemoryShare = perMillion(0, sizes[mid].memory) / out.Cost.V
	}
	return out
}

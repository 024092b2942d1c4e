package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// Kinds of disturbance.
const (
	killChild       = "kill a child"
	flap            = "flap"
	restartPostgres = "restart-postgres" // these three are what services.sh calls them
	killPostgres    = "kill-postgres"
	restartRedis    = "restart-redis"
)

// event is one disturbance.
type event struct {
	at        time.Duration
	kind      string
	pick      uint64                        // killChild: which, modulo how many there are
	behaviour map[string]contract.Behaviour // flap: of every provider, from then on
	text      string                        // flap: what is wrong now
}

// pace is how often things happen.
type pace struct {
	length, kill, flap time.Duration
	services           []string // of restartPostgres, killPostgres, restartRedis: spread evenly
}

// schedule is the whole run, known before it begins: a function of the seed.
func schedule(seed uint64, p pace) []event {
	rng := rand.New(rand.NewPCG(seed, 0))
	var all []event
	for at := p.kill; at < p.length; at += p.kill {
		all = append(all, event{at: at, kind: killChild, pick: rng.Uint64()})
	}
	wrong := false
	for at := p.flap; at < p.length; at += p.flap {
		e := event{at: at, kind: flap, behaviour: healthy(), text: "all well"}
		if wrong = !wrong; wrong {
			e.behaviour, e.text = troubled(rng)
		}
		all = append(all, e)
	}
	for i, service := range p.services {
		at := p.length * time.Duration(i+1) / time.Duration(len(p.services)+1)
		all = append(all, event{at: at, kind: service})
	}
	slices.SortStableFunc(all, func(a, b event) int { return int(a.at - b.at) })
	return all
}

// latency of every provider: quick, so that many notifications pass, and uneven.
const latency = "{lognormal: {p50: 20ms, p99: 150ms}}"

func healthy() map[string]contract.Behaviour {
	all := map[string]contract.Behaviour{}
	for _, channel := range contract.Channels() {
		all[channel] = contract.Behaviour{Latency: latency}
	}
	return all
}

// troubled is one provider, sometimes two, with something wrong.
func troubled(rng *rand.Rand) (map[string]contract.Behaviour, string) {
	all, text := healthy(), ""
	for _, i := range rng.Perm(len(contract.Channels()))[:1+rng.IntN(2)] {
		channel := contract.Channels()[i]
		b := all[channel]
		if text != "" {
			text += ", "
		}
		if what := rng.IntN(len(contract.Faults()) + 2); what < len(contract.Faults()) {
			fault := contract.Faults()[what].Name
			b.Faults = map[string]float64{fault: 0.2}
			text += fmt.Sprintf("%s %s 20%%", channel, fault)
		} else {
			b.ErrorRate = []float64{0.5, 1}[what-len(contract.Faults())]
			text += fmt.Sprintf("%s errors %.0f%%", channel, 100*b.ErrorRate)
		}
		all[channel] = b
	}
	return all, text
}

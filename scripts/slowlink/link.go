package main

import (
	"fmt"
	"strings"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
)

// link is an open proxy.
type link struct{ proxy *toxiproxy.Proxy }

// open listens and passes on. The server of the library is only asked for its logger
// and its metrics, and never listens itself.
func open(listen, to string, roundTrip time.Duration) (*link, error) {
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop())
	p := toxiproxy.NewProxy(server, "slowlink", listen, to)
	there, back := ways(roundTrip)
	for direction, delay := range map[string]time.Duration{"upstream": there, "downstream": back} {
		if delay == 0 { // a toxic of no delay would still pass everything through a timer
			continue
		}
		toxic := fmt.Sprintf(`{"type":"latency","stream":%q,"attributes":{"latency":%d}}`, direction, delay.Milliseconds())
		if _, err := p.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
			return nil, fmt.Errorf("add a delay %s: %w", direction, err)
		}
	}
	if err := p.Start(); err != nil {
		return nil, fmt.Errorf("listen on %s: %w", listen, err)
	}
	return &link{proxy: p}, nil
}

// ways divides a round trip of whole milliseconds into two.
func ways(roundTrip time.Duration) (there, back time.Duration) {
	back = (roundTrip / 2).Truncate(time.Millisecond)
	return roundTrip - back, back
}

func (l *link) address() string { return l.proxy.Listen }

// close ends every connection.
func (l *link) close() { l.proxy.Stop() }

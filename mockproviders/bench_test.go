package mockproviders

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// BenchmarkCalls measures the mock as a process of its own: the CPU time of one
// call, and how much later than planned it is served. One iteration is two
// seconds of load; the client keeps a schedule and costs little, yet shares the
// machine, so the figures are an upper bound.
func BenchmarkCalls(b *testing.B) {
	for _, load := range []struct {
		rate    int
		latency time.Duration
	}{
		{2_000, 200 * time.Millisecond},
		{10_000, 0},
		{10_000, 200 * time.Millisecond},
	} {
		b.Run(fmt.Sprintf("rate=%d/latency=%v", load.rate, load.latency), func(b *testing.B) {
			p := startProcess(b, emailOnly(load.latency.String()))
			defer p.stop(b)
			before := p.stats(b)
			begin := time.Now()
			for range b.N {
				offer(b, p.address(contract.Email), plainRequest, load.rate, load.latency, 2*time.Second)
			}
			took, after := time.Since(begin), p.stats(b)
			s := after.Providers[contract.Email]
			b.ReportMetric(0, "ns/op") // the length of the run says nothing
			b.ReportMetric(float64(s.Accepted)/took.Seconds(), "calls/s")
			b.ReportMetric(float64((after.CPU-before.CPU).Microseconds())/float64(s.Accepted), "cpu-µs/call")
			b.ReportMetric(float64(s.DelayError.P50)/1e6, "late-p50-ms")
			b.ReportMetric(float64(s.DelayError.P99)/1e6, "late-p99-ms")
		})
	}
}

// BenchmarkWires measures in the same way what a call costs in each wire format.
func BenchmarkWires(b *testing.B) {
	const rate, latency = 5_000, 50 * time.Millisecond
	for _, d := range dialects() {
		b.Run(d.name, func(b *testing.B) {
			p := startProcess(b, d.behaving(contract.Behaviour{Latency: latency.String()}))
			defer p.stop(b)
			before := p.stats(b)
			for range b.N {
				offer(b, p.address(d.channel), d.keepAlive, rate, latency, 2*time.Second)
			}
			after := p.stats(b)
			s := after.Providers[d.channel]
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64((after.CPU-before.CPU).Microseconds())/float64(s.Accepted), "cpu-µs/call")
			b.ReportMetric(float64(s.DelayError.P99)/1e6, "late-p99-ms")
		})
	}
}

// BenchmarkHandler measures what differs between the wires: reading a call and
// writing the answer to it, without the network around them.
func BenchmarkHandler(b *testing.B) {
	for _, d := range dialects() {
		b.Run(d.name, func(b *testing.B) {
			p := newProvider(d.channel, nil, nil)
			ctx, request := &fasthttp.RequestCtx{}, &fasthttp.Request{}
			ctx.Init2(&conn{}, silent{}, false)
			d.dress(request.Header.Set)
			request.Header.SetMethod(fasthttp.MethodPost)
			request.SetRequestURI(d.path)
			request.SetBodyString(d.body(d.good, contract.Tag("Order", contract.ProbeBase)))
			b.ReportAllocs()
			for b.Loop() {
				request.CopyTo(&ctx.Request) // a form is read once only
				ctx.Response.Reset()
				p.serve(ctx) // a probe: read, and answered at once
			}
			if status := ctx.Response.StatusCode(); status != d.success {
				b.Fatalf("answered %d %s", status, ctx.Response.Body())
			}
		})
	}
}

// keepAlive is a request for k that keeps its connection.
func (d dialect) keepAlive(k uint64) string {
	request := rawRequest(d, func(d dialect) (auth, body string) {
		return d.auth, d.body(d.good, contract.Tag("Order", k))
	})
	return strings.Replace(request, "Connection: close\r\n", "", 1)
}

func plainRequest(k uint64) string { return requestFor(k, "Content-Type: application/json\r\n") }

// process is the mock in a process of its own.
type process struct {
	cmd     *exec.Cmd
	ready   contract.MockReady
	control string
}

func (p *process) address(channel string) string {
	return strings.TrimPrefix(p.ready.Providers[channel], "http://")
}

func startProcess(b *testing.B, providers map[string]contract.Behaviour) *process {
	b.Helper()
	cfg, err := json.Marshal(contract.MockConfig{Seed: 1, Providers: providers})
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asProgram+"="+string(cfg))
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	var ready contract.MockReady
	if err := json.NewDecoder(stdout).Decode(&ready); err != nil {
		b.Fatal(err)
	}
	return &process{cmd, ready, ready.Control}
}

func (p *process) stop(b *testing.B) {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		b.Error(err)
	}
	if err := p.cmd.Wait(); err != nil {
		b.Error(err)
	}
}

func (p *process) stats(b *testing.B) (s contract.MockStats) {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(p.control + "/stats")
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&s); err != nil {
		b.Fatal(err)
	}
	return s
}

// offer sends rate calls a second, in turn over enough connections that none
// is asked again before it has answered.
func offer(b *testing.B, address string, request func(k uint64) string, rate int, latency, length time.Duration) {
	conns := int(float64(rate)*(latency.Seconds()+0.05)) + 1
	start := time.Now().Add(50 * time.Millisecond)
	var all sync.WaitGroup
	for i := range conns {
		all.Go(func() {
			if err := lane(address, request, i, conns, rate, start, length); err != nil {
				b.Error(err)
			}
		})
	}
	all.Wait()
}

// lane sends every conns-th call of the schedule on one connection.
func lane(address string, request func(k uint64) string, first, conns, rate int, start time.Time, length time.Duration) error {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer c.Close()
	answers := bufio.NewReaderSize(c, 512)
	for k := first; ; k += conns {
		due := time.Duration(k) * time.Second / time.Duration(rate)
		if due > length {
			return nil
		}
		time.Sleep(time.Until(start.Add(due)))
		if _, err := io.WriteString(c, request(uint64(k))); err != nil {
			return err
		}
		if err := skipAnswer(answers); err != nil {
			return err
		}
	}
}

// skipAnswer reads one answer.
func skipAnswer(r *bufio.Reader) error {
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("answered %s", resp.Status)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

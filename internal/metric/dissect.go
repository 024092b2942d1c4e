package metric

import (
	"cmp"
	"container/heap"
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// dissection takes the answered requests of a cell apart as they stream by. It
// keeps sums, and of the slowest hundredth the requests themselves.
type dissection struct {
	open    bool
	why     string // why it knows nothing
	growing string
	due     int
	untimed int // answers without a Server-Timing that can be right
	all     pieces
	slowest slowest
}

// pieces are the times of one request, or their sums over n, in nanoseconds.
type pieces struct {
	n                                    int
	lag, queue, served, planned, latency int64
}

func (p *pieces) add(q pieces) {
	p.n += q.n
	p.lag += q.lag
	p.queue += q.queue
	p.served += q.served
	p.planned += q.planned
	p.latency += q.latency
}

func (p *pieces) response() int64 { return p.lag + p.latency }

// parts are the means. From outside the providers' plan stands for what they
// served, and the queue is not known.
func (p *pieces) parts(by string, open bool) *Parts {
	mean := func(sum int64) float64 { return float64(sum) / float64(p.n) }
	parts := &Parts{Requests: p.n, Providers: mean(p.planned), Rest: mean(p.latency - p.planned),
		Total: mean(p.response())}
	if by == KnownServer {
		queue := mean(p.queue)
		parts.Queue, parts.Providers, parts.Rest = &queue, mean(p.served), mean(p.latency-p.queue-p.served)
	}
	if open {
		lag := mean(p.lag)
		parts.Lag = &lag
	}
	return parts
}

// newDissection prepares for the requests of a cell.
func newDissection(c *record.Cell, load *record.Load) *dissection {
	var answered uint64
	for outcome, n := range c.Generator.Outcomes {
		if outcome.Answered() {
			answered += n
		}
	}
	return &dissection{open: load.Open, due: int(c.Generator.Scheduled), slowest: slowest{room: int(answered / 100)}}
}

// add takes a request with the planned path of its providers.
func (d *dissection) add(q *record.Request, planned time.Duration) {
	if !q.Outcome.Answered() {
		return
	}
	x := pieces{n: 1, lag: int64(q.Lag), queue: int64(q.Queue), served: int64(q.Providers), latency: int64(q.Latency)}
	if !believable(q) {
		d.untimed++
	}
	if q.Outcome == record.OutcomeOK || q.Outcome == record.OutcomePartial { // it waited for its providers
		x.planned = int64(planned)
	}
	d.all.add(x)
	d.slowest.offer(x)
}

// believable says whether the server said where the time went, and did not claim
// more of it than there was.
func believable(q *record.Request) bool {
	return q.Timed && q.Queue >= 0 && q.Providers >= 0 && q.Queue+q.Providers <= q.Latency
}

// slowest keeps the requests with the longest response times: a heap whose first
// is the shortest of them.
type slowest struct {
	room int
	kept []pieces
}

var _ heap.Interface = (*slowest)(nil)

func (s *slowest) Len() int           { return len(s.kept) }
func (s *slowest) Less(i, j int) bool { return compareSlow(&s.kept[i], &s.kept[j]) < 0 }
func (s *slowest) Swap(i, j int)      { s.kept[i], s.kept[j] = s.kept[j], s.kept[i] }
func (s *slowest) Push(x any)         { s.kept = append(s.kept, x.(pieces)) }
func (s *slowest) Pop() any           { panic("the shortest is only ever replaced") }

// compareSlow is by response time; equal ones are told apart, so that which are
// kept does not depend on their order.
func compareSlow(a, b *pieces) int {
	return cmp.Or(cmp.Compare(a.response(), b.response()), cmp.Compare(a.queue, b.queue),
		cmp.Compare(a.served, b.served), cmp.Compare(a.planned, b.planned), cmp.Compare(a.lag, b.lag))
}

func (s *slowest) offer(x pieces) {
	switch {
	case len(s.kept) < s.room:
		heap.Push(s, x)
	case s.room > 0 && compareSlow(&x, &s.kept[0]) > 0:
		s.kept[0] = x
		heap.Fix(s, 0)
	}
}

func (s *slowest) sum() (sum pieces) {
	for _, x := range s.kept {
		sum.add(x)
	}
	return sum
}

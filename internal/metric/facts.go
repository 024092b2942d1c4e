package metric

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

// Source is a record as this package reads it.
type Source interface {
	Dir() string
	Run() *record.Run
	Requests(*record.Cell) iter.Seq2[record.Request, error]
	Ticks(*record.Cell) ([]record.Tick, error)
	Samples(*record.Cell) ([]record.Sample, error)
	Ledger(*record.Cell) (*record.Ledger, error)
}

var _ Source = (*record.Reader)(nil)

// never is the time of a request that got no answer: larger than any other.
const never = math.MaxInt64

// facts is what is known of one measured cell once its requests have been read.
type facts struct {
	run     *record.Run
	cell    *record.Cell
	load    *record.Load
	subject *record.Subject

	trimmed bool // the record no longer has the raw requests
	// broken is what is wrong with the raw requests; empty when all were read.
	broken string

	// Sorted times in nanoseconds; never where no answer came. response is by
	// intended send and has never for what was not sent; a closed loop has none.
	service, response, lag []int64
	added                  []int64 // response beyond the planned provider path, of what was answered well

	doneIn, goodIn        int     // ended, ended well, within the window, the warm-up's included
	goodLate              int     // of these, ended well in the second half
	partialIn             int     // ended within the window with some channels sent
	timely, tardy         int     // due and answered well: within the SLO, and after it
	begunCPU, answeredCPU float64 // requests begun, and answered, between the two CPU readings
	busy                  [2]time.Duration
	stretches             []stretch // the parts of the window with ceilings of their own; of one alone, none

	ledger   *record.Ledger // nil: the record has none
	noLedger string         // why, where there should be one
	delivery delivery
	work

	anatomy *dissection

	waits
	recovering recovering
	bound      Bound
}

// gather reads the requests of a measured cell.
func gather(src Source, c *record.Cell, load *record.Load, subject *record.Subject) (*facts, error) {
	f := &facts{run: src.Run(), cell: c, load: load, subject: subject, stretches: stretchesOf(c)}
	f.anatomy = newDissection(c, load)
	room := min(c.Generator.Sent, 1<<24)
	f.waits = newWaits(f)
	f.recovering = newRecovering(f.run, load, c.Generator.Window)
	f.service = make([]int64, 0, room)
	if f.path != nil {
		f.added = make([]int64, 0, room)
	}
	if load.Open {
		f.response = make([]int64, 0, room+min(c.Generator.Unsent, 1<<24))
		f.lag = make([]int64, 0, room)
	}
	f.openLedger(src)
	for q, err := range src.Requests(c) {
		if errors.Is(err, fs.ErrNotExist) {
			f.trimmed = true
			return f, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read requests of cell %s: %w", c.Dir, err)
		}
		f.add(&q)
	}
	f.finish()
	return f, nil
}

func (f *facts) add(q *record.Request) {
	begin := q.Timestamp.Sub(f.cell.Zero)
	end := begin + q.Latency
	service, response := int64(q.Latency), int64(q.Response())
	if !q.Outcome.Answered() {
		service, response = never, never
	}
	f.service = append(f.service, service)
	if f.load.Open {
		f.response = append(f.response, response)
		f.lag = append(f.lag, int64(q.Lag))
	}
	f.time(q)
	if f.within(end) && q.Outcome != record.OutcomeUnfinished {
		f.doneIn++
		f.good(q.Outcome, end)
	}
	f.begunCPU += f.read(begin)
	if q.Outcome.Answered() {
		f.answeredCPU += f.read(end)
	}
	f.occupy(begin, end)
	f.deliver(q)
	planned := f.expected(q, begin, end)
	f.wait(q, begin, end, planned)
	f.recovering.add(q, begin, end, f.cell.Generator.Window)
	f.addTime(q, int64(planned))
	f.anatomy.add(q, planned)
}

// time counts a request that was answered well as in time or not.
func (f *facts) time(q *record.Request) {
	switch slo := f.run.Scenario.SLO; {
	case !q.Outcome.Good() || slo == nil:
	case slo.P99 > 0 && q.Response() > slo.P99:
		f.tardy++
	default:
		f.timely++
	}
}

// good counts a request that ended within the window, if it ended well or in part.
func (f *facts) good(o record.Outcome, end time.Duration) {
	if o == record.OutcomePartial {
		f.partialIn++
	}
	if !o.Good() {
		return
	}
	f.goodIn++
	for i := range f.stretches {
		f.stretches[i].count(end)
	}
	if end >= f.cell.Generator.Window/2 {
		f.goodLate++
	}
}

// addLate adds a request that the window owes to the warm-up. In an overloaded
// server they may be all there is: what it completes had been waiting since then.
func (f *facts) addLate(late record.Late) {
	if f.within(late.At) && late.Outcome != record.OutcomeUnfinished {
		f.doneIn++
		f.good(late.Outcome, late.At)
	}
	if late.Outcome.Answered() {
		f.answeredCPU += f.read(late.At)
	}
	f.occupy(0, late.At)
	f.answers.add(late.At, late.At, late.Outcome.Answered())
}

// finish adds what the generator reports beside the requests, and sorts.
func (f *facts) finish() {
	for _, late := range f.cell.Generator.WarmupLate {
		f.addLate(late)
	}
	g := &f.cell.Generator
	if n := uint64(len(f.service)); g.WriteError != "" {
		f.broken = g.WriteError
	} else if n != g.Sent {
		f.broken = fmt.Sprintf("%s on file, %s sent", Count(n, "request"), Count(g.Sent, "request"))
	}
	if f.load.Open {
		for range min(g.Unsent, 1<<24) {
			f.response = append(f.response, never)
		}
	}
	slices.Sort(f.service)
	slices.Sort(f.response)
	slices.Sort(f.lag)
	slices.Sort(f.added)
}

func (f *facts) within(at time.Duration) bool { return at >= 0 && at < f.cell.Generator.Window }

// read is 1 for a time between the two CPU readings, else 0.
func (f *facts) read(at time.Duration) float64 {
	if f.betweenReadings(at) {
		return 1
	}
	return 0
}

func (f *facts) betweenReadings(at time.Duration) bool {
	return at >= f.cell.Server.From && at <= f.cell.Server.WindowTo
}

// occupy adds the time from begin to end to the halves of the window it
// overlaps: summed and divided by their length that is the mean in flight.
func (f *facts) occupy(begin, end time.Duration) {
	half := f.cell.Generator.Window / 2
	for i := range f.busy {
		lo, hi := time.Duration(i)*half, time.Duration(i+1)*half
		if overlap := min(end, hi) - max(begin, lo); overlap > 0 {
			f.busy[i] += overlap
		}
	}
}

// primary is the times that percentiles are of: response time in an open loop,
// service time in a closed one.
func (f *facts) primary() []int64 {
	if f.load.Open {
		return f.response
	}
	return f.service
}

func (f *facts) serviceTimes() []int64 { return f.service }

// dissected finishes the anatomy.
func (f *facts) dissected() *dissection {
	d := f.anatomy
	if d.why, _ = f.raw(); d.why == "" {
		d.why = f.pathError
	}
	if rate, growing := f.backlog(); growing {
		d.growing = diverging(rate).Instead
	}
	return d
}

// meanInFlight is the mean number of requests in flight in each half.
func (f *facts) meanInFlight() (first, second float64) {
	half := float64(f.cell.Generator.Window / 2)
	return float64(f.busy[0]) / half, float64(f.busy[1]) / half
}

const trimmedWhy = "the record has been trimmed of its raw requests"

// raw says why there is nothing to compute from raw requests, if so.
func (f *facts) raw() (why string, ok bool) {
	switch {
	case f.trimmed:
		return trimmedWhy, false
	case f.cell.Generator.Window <= 0:
		return "the window has no length", false
	}
	return "", true
}

// serverCores is how many cores the server could use at once.
func (f *facts) serverCores() int {
	n := len(f.run.Cores.Server)
	if n == 0 {
		n = f.run.Environment.Cores
	}
	if h := f.cell.Server.Health; h.GOMAXPROCS > 0 {
		n = min(n, h.GOMAXPROCS*max(h.Processes, 1))
	}
	return max(n, 1)
}

// providers iterates over the providers in the order of the channels.
func (f *facts) providers() iter.Seq2[string, contract.ProviderStats] {
	return func(yield func(string, contract.ProviderStats) bool) {
		for _, name := range f.run.Scenario.Channels {
			if p, ok := f.cell.Providers.Providers[name]; ok && !yield(name, p) {
				return
			}
		}
	}
}

package mockproviders

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// settings are the schedules of all providers behind one pointer: a change is
// seen by every call that arrives after it and by none before, at all providers.
type settings struct {
	seed    atomic.Uint64
	now     atomic.Pointer[map[string]schedule]
	writing sync.Mutex // one change at a time: each starts from the last
}

func newSettings(cfg contract.MockConfig) (*settings, error) {
	if len(cfg.Providers) == 0 {
		return nil, fmt.Errorf("no providers (valid: %s)", strings.Join(contract.Channels(), ", "))
	}
	checked, err := behaviours(cfg.Providers, contract.Channels())
	if err != nil {
		return nil, err
	}
	all := map[string]schedule{}
	for name, b := range checked {
		all[name] = schedule{base: b}
	}
	s := &settings{}
	s.seed.Store(cfg.Seed)
	s.now.Store(&all)
	return s, nil
}

// of is the behaviour of a provider at a moment.
func (s *settings) of(provider string, now time.Time) behaviour {
	return (*s.now.Load())[provider].at(now)
}

// replace applies a body of PUT /settings, or nothing of it. A throttle whose
// settings stay remembers what it has seen.
func (s *settings) replace(body []byte, now time.Time) error {
	var in contract.MockSettings
	if err := decodeStrict(body, &in); err != nil {
		return err
	}
	if len(in.Providers) == 0 {
		return fmt.Errorf(`no providers: write {"providers": {"email": {"latency": "200ms"}}}`)
	}
	return s.change(func(all map[string]schedule) error {
		checked, err := behaviours(in.Providers, slices.Sorted(maps.Keys(all)))
		for name, b := range checked {
			b.share(all[name].at(now))
			all[name] = schedule{base: b}
		}
		return err
	})
}

// forget makes the throttles as new.
func (s *settings) forget() {
	for _, sch := range *s.now.Load() {
		sch.forget()
	}
}

// schedule applies a body of PUT /timeline, or nothing of it. It takes the place
// of an earlier timeline; no steps end it.
func (s *settings) schedule(body []byte, now time.Time) error {
	var in contract.MockTimeline
	if err := decodeStrict(body, &in); err != nil {
		return err
	}
	if in.Zero.IsZero() && len(in.Steps) > 0 {
		return fmt.Errorf("zero is missing: the time from which at counts")
	}
	// From here on the monotonic clock counts: setting the clock moves no step.
	zero := now.Add(in.Zero.Sub(now))
	return s.change(func(all map[string]schedule) error {
		steps, err := timelines(in.Steps, slices.Sorted(maps.Keys(all)))
		for name, sch := range all {
			before := sch.base
			for i := range steps[name] {
				steps[name][i].share(before)
				before = steps[name][i].behaviour
			}
			all[name] = schedule{base: sch.base, zero: zero, steps: steps[name]}
		}
		return err
	})
}

// change puts an edited copy in force, unless the edit fails.
func (s *settings) change(edit func(map[string]schedule) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	all := maps.Clone(*s.now.Load())
	if err := edit(all); err != nil {
		return err
	}
	s.now.Store(&all)
	return nil
}

// timelines sorts the steps of a timeline by provider and time. Of two steps at
// the same time the later one in the list holds.
func timelines(in []contract.MockStep, valid []string) (map[string][]step, error) {
	out := map[string][]step{}
	var problems []error
	for i, st := range in {
		if st.At < 0 {
			problems = append(problems, fmt.Errorf("step %d: at %v is before zero", i+1, st.At))
		}
		checked, err := behaviours(st.Providers, valid)
		if err != nil {
			problems = append(problems, fmt.Errorf("step %d: %w", i+1, err))
		}
		for name, b := range checked {
			out[name] = append(out[name], step{at: st.At, behaviour: b})
		}
	}
	for _, steps := range out {
		slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(a.at, b.at) })
	}
	return out, errors.Join(problems...)
}

// behaviours checks a set of behaviours and reports every problem at once.
func behaviours(in map[string]contract.Behaviour, valid []string) (map[string]behaviour, error) {
	out := map[string]behaviour{}
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(in)) {
		if !slices.Contains(valid, name) {
			list := strings.Join(valid, ", ")
			problems = append(problems, fmt.Errorf("unknown provider %q (valid: %s)", name, list))
			continue
		}
		b, err := newBehaviour(in[name])
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
			continue
		}
		out[name] = b
	}
	return out, errors.Join(problems...)
}

// decodeStrict decodes one JSON value: unknown keys and trailing data are errors.
func decodeStrict(body []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("read the body: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("read the body: more than one JSON value")
	}
	return nil
}

package notification

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/provider"
	"github.com/notifybench/notifybench/servers/internal/store"
)

// job is a queued notification. A worker alone changes its calls; whoever asks for
// its state reads them meanwhile.
type job struct {
	ID      string
	Created time.Time

	mu    sync.Mutex
	calls []call
}

func newJob(id string, created time.Time, o *order) *job {
	j := &job{ID: id, Created: created, calls: o.calls}
	for i := range j.calls {
		c := &j.calls[i]
		c.due = created
		if c.result.Status == "" {
			c.result.Status = contract.StatusQueued
		}
	}
	return j
}

// attempt makes one attempt of each call that is due. A call lasts no longer than its
// own timeout; what it may wait for, a provider's word or a place, ends with the job.
func (j *job) attempt(s *Service, now time.Time) {
	due := j.begin(now)
	deadline := j.Created.Add(s.cfg.Expiry)
	if whole := now.Add(s.cfg.Calls.CallTimeout); deadline.Before(whole) {
		deadline = whole // what is begun in time is not cut off
	}
	one := func(i int) {
		r, wait, again := s.once(&due[i], deadline)
		j.ended(&due[i], r, wait, again)
	}
	s.each(len(due), one)
}

// begin copies the calls that are due, and notes that they are being made. The
// texts of a call never change.
func (j *job) begin(now time.Time) (due []attempt) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i := range j.calls {
		c := &j.calls[i]
		if !pending(c.result.Status) || c.due.After(now) {
			continue
		}
		before := c.result
		if c.doubt {
			before.Status = contract.StatusUnknown
		}
		due = append(due, attempt{index: i, channel: c.channel, message: &c.message, before: before, tries: c.tries})
		c.result.Status = contract.StatusSending
	}
	return due
}

// attempt is one call of a job that is under way.
type attempt struct {
	index, channel int
	message        *provider.Message
	before         provider.Result
	tries          int
}

// ended files the result of an attempt.
func (j *job) ended(a *attempt, r provider.Result, wait time.Duration, again bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	c := &j.calls[a.index]
	if !r.Class.TurnedAway() {
		c.tries++
	}
	c.result = r.After(a.before)
	c.doubt = c.result.Status == contract.StatusUnknown
	if again {
		c.result.Status = contract.StatusRetrying
		c.due = time.Now().Add(wait)
	}
}

// next is when the next call is due; open says that there is one.
func (j *job) next() (due time.Time, open bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i := range j.calls {
		c := &j.calls[i]
		if pending(c.result.Status) && (!open || c.due.Before(due)) {
			due, open = c.due, true
		}
	}
	return due, open
}

// giveUp ends what is pending. What may have arrived stays unknown.
func (j *job) giveUp(status, problem string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i := range j.calls {
		c := &j.calls[i]
		if !pending(c.result.Status) {
			continue
		}
		c.result.Status, c.result.Problem = status, problem
		if c.doubt {
			c.result.Status = contract.StatusUnknown
		}
	}
}

// status is that of the notification.
func (j *job) status() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	worst := contract.StatusSent
	for i := range j.calls {
		if s := j.calls[i].result.Status; pending(s) && worse(s, worst) {
			worst = s
		}
	}
	if pending(worst) {
		return worst
	}
	_, status := rollUp(j.calls)
	return status
}

// answer is the job as a contract.Answer; status is what it is now unless given.
func (j *job) answer(status string) []byte {
	if status == "" {
		status = j.status()
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return appendAnswer(make([]byte, 0, 256), j.ID, status, j.calls)
}

func (j *job) record(status string, body []byte) store.Record {
	return store.Record{ID: j.ID, Status: status, Body: body, Created: j.Created}
}

// dead is the dead letters of a job that is done: what was tried until there was no
// use in trying, or no time.
func (j *job) dead(now time.Time) (letters []store.Dead) {
	for i := range j.calls {
		c := &j.calls[i]
		if c.result.Status != contract.StatusFailed && c.result.Status != contract.StatusExpired {
			continue
		}
		payload, err := json.Marshal(storedCall(c))
		if err != nil {
			panic(err) // strings and numbers alone: cannot happen
		}
		letters = append(letters, store.Dead{
			ID: j.ID, Channel: channels[c.channel].name, Reason: c.result.Problem, Payload: payload, At: now,
		})
	}
	return letters
}

// savedCall is a call as the outbox keeps it.
type savedCall struct {
	Channel    string    `json:"channel"`
	To         string    `json:"to"`
	Subject    string    `json:"subject,omitempty"`
	Text       string    `json:"text,omitempty"`
	Same       bool      `json:"same,omitempty"` // the texts are those of the call before
	Status     string    `json:"status"`
	ProviderID string    `json:"provider_id,omitempty"`
	Attempts   int       `json:"attempts,omitempty"` // that reached the provider
	Tries      int       `json:"tries,omitempty"`    // that were made, whether they got there or not
	Doubt      bool      `json:"doubt,omitempty"`    // one of them may have arrived
	Problem    string    `json:"problem,omitempty"`
	Due        time.Time `json:"due"`
}

func storedCall(c *call) savedCall {
	return savedCall{
		Channel: channels[c.channel].name, To: c.message.To, Subject: c.message.Subject, Text: c.message.Text,
		Status: c.result.Status, ProviderID: c.result.ProviderID, Attempts: c.result.Attempts, Tries: c.tries,
		Doubt: c.doubt, Problem: c.result.Problem, Due: c.due,
	}
}

// stored is the job as the outbox keeps it.
func (j *job) stored(due time.Time) (store.Job, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	saved := make([]savedCall, len(j.calls))
	for i := range j.calls {
		saved[i] = storedCall(&j.calls[i])
		if i > 0 && j.calls[i].sameText(&j.calls[i-1]) {
			saved[i].Subject, saved[i].Text, saved[i].Same = "", "", true
		}
	}
	payload, err := json.Marshal(saved)
	if err != nil {
		return store.Job{}, fmt.Errorf("encode a queued notification: %w", err)
	}
	return store.Job{ID: j.ID, Payload: payload, Created: j.Created, Due: due}, nil
}

// readJob is the reverse of stored. A call that was under way when its process died
// is to be made again.
func readJob(from store.Job) (*job, error) {
	var saved []savedCall
	if err := json.Unmarshal(from.Payload, &saved); err != nil {
		return nil, fmt.Errorf("read a queued notification: %w", err)
	}
	j := &job{ID: from.ID, Created: from.Created}
	for i, c := range saved {
		if c.Same && i > 0 {
			c.Subject, c.Text = j.calls[i-1].message.Subject, j.calls[i-1].message.Text
		}
		channel := channelIndex(c.Channel)
		if channel < 0 {
			return nil, fmt.Errorf("read a queued notification: unknown channel %q", c.Channel)
		}
		j.calls = append(j.calls, call{
			channel: channel, message: provider.Message{To: c.To, Subject: c.Subject, Text: c.Text}, tries: c.Tries, doubt: c.Doubt,
			due: c.Due, result: provider.Result{
				Status: c.Status, ProviderID: c.ProviderID, Attempts: c.Attempts, Problem: c.Problem},
		})
	}
	if len(j.calls) == 0 {
		return nil, fmt.Errorf("read a queued notification: it has no calls")
	}
	return j, nil
}

// sameText says whether two calls say the same.
func (c *call) sameText(other *call) bool {
	return c.message.Subject == other.message.Subject && c.message.Text == other.message.Text
}

// poisoned is a job that cannot be read: it fails at once, and ends as a dead letter.
func poisoned(from store.Job) *job {
	return &job{ID: from.ID, Created: from.Created, calls: []call{{
		message: provider.Message{Text: string(from.Payload)},
		result:  provider.Result{Status: contract.StatusFailed, Problem: "the stored notification cannot be read"},
	}}}
}

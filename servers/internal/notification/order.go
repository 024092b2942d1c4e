package notification

import (
	"fmt"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/provider"
)

// order is a notification on its way: what it says and the calls to make, in calling
// order.
type order struct {
	note     contract.Notification
	name     string    // of the user; empty: not known
	optedOut selection // of these channels
	calls    []call
	room     [channelCount]call
}

// call is one provider call and, once made, its result.
type call struct {
	channel int
	message provider.Message
	result  provider.Result
	due     time.Time // queued mode: not to be made before
	tries   int       // queued mode: attempts that were made, those that reached nobody included
	doubt   bool      // queued mode: one of them may have arrived
}

// address chooses the channels and makes the calls ready, or says why the order is
// refused. The user, if any, has been looked up.
func (o *order) address(cfg *Config, t *templates) *Reply {
	chosen, problems := validate(o, cfg)
	if problems != nil {
		return invalid(problems...)
	}
	l := letter{Name: o.name, Subject: o.note.Subject, Message: o.note.Message}
	o.calls = o.room[:0]
	for i, wanted := range chosen {
		if !wanted {
			continue
		}
		if err := o.add(i, &l, t); err != nil {
			r := internalError()
			return &r
		}
	}
	return nil
}

// add makes the calls of a channel ready: one, or one for each device. Of a channel
// that the user does not want there is a result at once.
func (o *order) add(channel int, l *letter, t *templates) error {
	if o.optedOut[channel] {
		o.calls = append(o.calls, call{channel: channel, result: provider.Result{
			Status: contract.StatusSuppressed, Problem: "the user has opted out", Timed: true,
		}})
		return nil
	}
	single := [1]string{channels[channel].address(&o.note)}
	to := single[:]
	if channels[channel].name == contract.Push && len(o.note.DeviceTokens) > 0 {
		to = o.note.DeviceTokens
	}
	m, err := t.render(channel, l)
	if err != nil {
		return fmt.Errorf("make a message: %w", err)
	}
	for _, m.To = range to {
		o.calls = append(o.calls, call{channel: channel, message: m})
	}
	return nil
}

// dropLast forgets the last call.
func (o *order) dropLast() { o.calls = o.calls[:len(o.calls)-1] }

package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// callTimeout is long: no claim is about it.
const callTimeout = 30 * time.Second

// micro is what the routes share.
type micro struct {
	n       int // of a CPU task: terms of its sum
	queries int // of a request to a database or cache
	client  *http.Client
	urls    map[string]string // of the providers, by channel
}

func newMicro() *micro {
	return &micro{
		n: number("NOTIFY_N", 200_000), queries: number("NOTIFY_QUERIES", 20),
		client: &http.Client{Timeout: callTimeout, Transport: &http.Transport{MaxIdleConnsPerHost: 8192}},
		urls: map[string]string{contract.Email: os.Getenv(contract.EnvEmailURL),
			contract.SMS: os.Getenv(contract.EnvSMSURL), contract.Push: os.Getenv(contract.EnvPushURL)},
	}
}

// number is a setting; what is no positive number is as if it were not set.
func number(name string, otherwise int) int {
	n, err := strconv.Atoi(os.Getenv(name))
	if err != nil || n < 1 {
		return otherwise
	}
	return n
}

// handler answers a POST to its route.
type handler func(*http.Request) reply

type reply struct {
	status int
	answer contract.Answer
}

func write(w http.ResponseWriter, r reply) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(r.status)
	_ = json.NewEncoder(w).Encode(r.answer) // a client that has gone is no one's failure
}

// notified is a handler of the notification that a request carries.
func notified(handle func(context.Context, contract.Notification) reply) handler {
	return func(r *http.Request) reply {
		var n contract.Notification
		if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, contract.MaxBody)).Decode(&n); err != nil {
			return reply{http.StatusBadRequest, contract.Answer{Status: contract.StatusFailed}}
		}
		return handle(r.Context(), n)
	}
}

// done is the answer of a route that calls no provider: 200, or 500 with the error.
func done(err error) reply {
	if err != nil {
		fmt.Fprintln(os.Stderr, "micro:", err)
		return reply{http.StatusInternalServerError, contract.Answer{ID: "1", Status: contract.StatusFailed}}
	}
	return reply{http.StatusOK, contract.Answer{ID: "1", Status: contract.StatusSent, Channels: map[string]contract.ChannelResult{}}}
}

// sent is the answer where only the push channel was called, once for each device.
func sent(errs []error) reply {
	result := contract.ChannelResult{Status: contract.StatusSent, Attempts: len(errs)}
	for _, err := range errs {
		if err != nil {
			result.Status, result.Error = contract.StatusFailed, err.Error()
		}
	}
	return rollUp(map[string]contract.ChannelResult{contract.Push: result})
}

// rollUp is the answer to what became of each channel: 200, 207, or 502 where none was sent.
func rollUp(channels map[string]contract.ChannelResult) reply {
	good := 0
	for _, c := range channels {
		if c.Status == contract.StatusSent {
			good++
		}
	}
	r := reply{http.StatusMultiStatus, contract.Answer{ID: "1", Status: contract.StatusPartial, Channels: channels}}
	switch good {
	case len(channels):
		r.status, r.answer.Status = http.StatusOK, contract.StatusSent
	case 0:
		r.status, r.answer.Status = http.StatusBadGateway, contract.StatusFailed
	}
	return r
}

// devices that a push notification goes to.
func devices(n contract.Notification) []string {
	if n.DeviceTokens != nil {
		return n.DeviceTokens
	}
	return []string{n.DeviceToken}
}

// address is where a notification goes on a channel.
func address(n contract.Notification, channel string) string {
	return map[string]string{contract.Email: n.Email, contract.SMS: n.Phone, contract.Push: n.DeviceToken}[channel]
}

// send makes one provider call; an answer other than 2xx is an error.
func (m *micro) send(ctx context.Context, n contract.Notification, channel, to string) error {
	status, err := m.post(ctx, n, channel, to)
	if err == nil && status/100 != 2 {
		err = fmt.Errorf("%s provider answers %d", channel, status)
	}
	return err
}

func (m *micro) post(ctx context.Context, n contract.Notification, channel, to string) (status int, err error) {
	call := contract.PlainCall{To: to, Message: n.Message}
	if channel == contract.Email {
		call = contract.PlainCall{To: to, Subject: n.Subject}
	}
	body, err := json.Marshal(call)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, m.urls[channel]+"/send", bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := m.client.Do(req)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, cmp.Or(err, resp.Body.Close())
}

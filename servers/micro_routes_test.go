package servers_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/notifybench/notifybench/internal/contract"
)

// numbered is a notification of a number.
func numbered(k uint64, channels ...string) contract.Notification {
	n := full(channels...)
	n.Subject, n.Message = contract.Tag("subject", k), contract.Tag("message", k)
	return n
}

// callsNothing: an answer without channels, whatever the number.
func (m *micro) callsNothing() {
	for k := uint64(20); k < 22; k++ {
		status, a := m.notify(numbered(k))
		if status != http.StatusOK || a.ID != "1" || a.Status != contract.StatusSent || a.Channels == nil || len(a.Channels) > 0 {
			m.t.Errorf("%d: got %d %+v", k, status, a)
		}
	}
	for channel, f := range m.fakes {
		if calls := f.seen(); len(calls) > 0 {
			m.t.Errorf("%s was called: %v", channel, calls)
		}
	}
}

// computes: the result of the work is the id.
func (m *micro) computes() {
	want := 0
	for i := range 1000 {
		want += 4 * i * i
	}
	status, a := m.notify(numbered(1))
	if status != http.StatusOK || a.ID != fmt.Sprint(want) || len(a.Channels) > 0 {
		m.t.Errorf("got %d %+v, want id %d", status, a, want)
	}
}

// fansOut: every device is called once, so many at a time and never more.
func (m *micro) fansOut(atOnce int) {
	n, push := numbered(7, contract.Push), m.fakes[contract.Push]
	n.DeviceToken = ""
	for i := range microDevices {
		n.DeviceTokens = append(n.DeviceTokens, fmt.Sprint("device-", i))
	}
	gate := make(chan struct{})
	m.provider(contract.Push, heldUntil(gate))
	go func() {
		push.wait(atOnce)
		close(gate)
	}()
	status, a := m.notify(n)
	want := contract.ChannelResult{Status: contract.StatusSent, Attempts: microDevices}
	if got := a.Channels[contract.Push]; status != http.StatusOK || len(a.Channels) != 1 || got != want {
		m.t.Errorf("got %d %+v", status, a)
	}
	var called []string
	for _, c := range push.seen() {
		called = append(called, c.To)
		if c.Message != n.Message || c.Subject != "" {
			m.t.Errorf("call %+v", c)
		}
	}
	slices.Sort(called)
	slices.Sort(n.DeviceTokens)
	if !slices.Equal(called, n.DeviceTokens) || push.most() != atOnce {
		m.t.Errorf("%d at once, want %d: called %v", push.most(), atOnce, called)
	}
	m.provider(contract.Push, failing(1))
	status, a = m.notify(n)
	if got := a.Channels[contract.Push]; status != http.StatusBadGateway || got.Status != contract.StatusFailed || got.Attempts != microDevices {
		m.t.Errorf("one device failed: got %d %+v", status, a)
	}
	if status, _ := m.ask(http.MethodPost, `{"email":`); status != http.StatusBadRequest {
		m.t.Errorf("malformed: %d", status)
	}
}

// cancels: once the email has failed nobody waits for the SMS, which may have been sent.
func (m *micro) cancels() {
	m.provider(contract.SMS, hang)
	m.provider(contract.Email, func(w http.ResponseWriter, r *http.Request) {
		m.fakes[contract.SMS].wait(1)
		w.WriteHeader(http.StatusInternalServerError)
	})
	status, a := m.notify(numbered(3, contract.Email, contract.SMS))
	wantOutcomes(m.t, status, a, http.StatusBadGateway, map[string]string{
		contract.Email: contract.StatusFailed, contract.SMS: contract.StatusUnknown})
	m.forget()
	status, a = m.notify(numbered(4, contract.Email, contract.SMS))
	wantOutcomes(m.t, status, a, http.StatusOK, map[string]string{
		contract.Email: contract.StatusSent, contract.SMS: contract.StatusSent})
}

// waitsForAll: what fails changes nothing for the others.
func (m *micro) waitsForAll() {
	failed := make(chan struct{})
	m.provider(contract.SMS, heldUntil(failed))
	m.provider(contract.Email, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		close(failed)
	})
	status, a := m.notify(numbered(3, contract.Email, contract.SMS))
	wantOutcomes(m.t, status, a, http.StatusMultiStatus, map[string]string{
		contract.Email: contract.StatusFailed, contract.SMS: contract.StatusSent})
}

// retries: a call without an answer is made again, one with a bad answer is not.
func (m *micro) retries() {
	m.provider(contract.Email, first(1, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	for attempts := 2; attempts > 0; attempts-- {
		status, a := m.notify(numbered(5, contract.Email))
		want := contract.ChannelResult{Status: contract.StatusSent, Attempts: attempts}
		if got := a.Channels[contract.Email]; status != http.StatusOK || got != want || len(m.fakes[contract.Email].seen()) != attempts {
			m.t.Errorf("got %d %+v after %d calls", status, a, len(m.fakes[contract.Email].seen()))
		}
		m.forget()
		m.provider(contract.Email, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	}
}

// writes: all the statements of a request are in the table.
func (m *micro) writes() {
	before := m.rows()
	m.callsNothing()
	if got := m.rows() - before; got != 2*microQueries {
		m.t.Errorf("2 requests left %d rows, want %d", got, 2*microQueries)
	}
}

// rows of the table; none where it has not been made yet.
func (m *micro) rows() (n int) {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, os.Getenv(contract.EnvDatabaseURL))
	if err != nil {
		m.t.Fatal(err)
	}
	defer conn.Close(ctx)
	var there bool
	table := m.schema + ".deliveries"
	if err := conn.QueryRow(ctx, "SELECT to_regclass($1) IS NOT NULL", table).Scan(&there); err != nil {
		m.t.Fatal(err)
	}
	if there {
		if err := conn.QueryRow(ctx, "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			m.t.Fatal(err)
		}
	}
	return n
}

func wantOutcomes(t *testing.T, status int, a contract.Answer, want int, channels map[string]string) {
	t.Helper()
	if status != want || len(a.Channels) != len(channels) {
		t.Errorf("got %d %+v, want %d %v", status, a, want, channels)
	}
	for channel, outcome := range channels {
		if got := a.Channels[channel]; got.Status != outcome || got.Attempts != 1 {
			t.Errorf("%s is %+v, want %s", channel, got, outcome)
		}
	}
}

// Flask has the trivial endpoint alone, under either server.
func TestMicroInFlask(t *testing.T) {
	for _, wsgi := range []string{"gunicorn", "werkzeug"} {
		t.Run(wsgi, func(t *testing.T) {
			t.Parallel()
			m := &micro{t: t, path: "/trivial", program: run(t, pythonMicro(t), "NOTIFY_APP=flask", "NOTIFY_WSGI="+wsgi)}
			m.callsNothing()
			m.stop()
		})
	}
}

package main

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/servers/internal/notification"
)

// slow is a service that takes a second for each request and keeps what it got.
type slow struct{ carried []string }

func (s *slow) notify(r notification.Request) notification.Reply {
	s.carried = append(s.carried, string(r.Body))
	time.Sleep(time.Second)
	return notification.Reply{Status: http.StatusOK, Body: r.Body}
}

// TestCapacity holds that of n requests at once exactly workers + backlog are
// served, in rounds of one second for each group of workers, and the others are
// refused in no time at all.
func TestCapacity(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		workers, backlog := rapid.IntRange(1, 5).Draw(r, "workers"), rapid.IntRange(0, 8).Draw(r, "backlog")
		n := rapid.IntRange(1, 20).Draw(r, "requests")
		synctest.Test(t, func(t *testing.T) {
			sleep := func(notification.Request) notification.Reply {
				time.Sleep(time.Second)
				return notification.Reply{Status: http.StatusOK}
			}
			p := newPool(workers, backlog, sleep, notification.Busy)
			begin, codes := time.Now(), make(chan int, n)
			for range n {
				go func() {
					reply, _ := p.do(t.Context(), notification.Request{})
					if reply.Status != http.StatusOK && time.Since(begin) != 0 {
						t.Error("refused, but not at once")
					}
					codes <- reply.Status
				}()
			}
			served := 0
			for range n {
				if <-codes == http.StatusOK {
					served++
				}
			}
			if want := min(n, workers+backlog); served != want {
				t.Errorf("%d of %d served, want %d", served, n, want)
			}
			rounds := (served + workers - 1) / workers
			if took := time.Since(begin); took != time.Duration(rounds)*time.Second {
				t.Errorf("%d requests took %s with %d workers", served, took, workers)
			}
			p.close()
		})
	})
}

// TestClientGone holds that a request is dropped while it waits and gives up its
// place, and is finished once a worker has it.
func TestClientGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s slow
		p := newPool(1, 1, s.notify, notification.Busy)
		defer p.close()
		ctx, hangUp := context.WithCancel(t.Context())
		do := func(ctx context.Context, name string) <-chan bool {
			answered := make(chan bool, 1)
			go func() {
				_, ok := p.do(ctx, notification.Request{Body: []byte(name)})
				answered <- ok
			}()
			synctest.Wait()
			return answered
		}
		carried := do(ctx, "carried")
		waiting := do(ctx, "waiting")
		hangUp()
		if <-waiting {
			t.Error("the waiting request was answered")
		}
		next := do(t.Context(), "next")
		if !<-carried || !<-next {
			t.Error("a request that had a worker or room was not answered")
		}
		if len(s.carried) != 2 || s.carried[1] != "next" {
			t.Errorf("carried %q", s.carried)
		}
	})
}

// TestOrder holds that the oldest request is carried first.
func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s slow
		p := newPool(1, 3, s.notify, notification.Busy)
		done := make(chan struct{}, 4)
		for _, name := range []string{"1", "2", "3", "4"} {
			go func() { p.do(t.Context(), notification.Request{Body: []byte(name)}); done <- struct{}{} }()
			synctest.Wait()
		}
		for range 4 {
			<-done
		}
		p.close()
		if got := s.carried; len(got) != 4 || got[0]+got[1]+got[2]+got[3] != "1234" {
			t.Errorf("carried in order %q", got)
		}
	})
}

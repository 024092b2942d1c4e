package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// settle waits until nothing is queued and nothing accepted is under way any more, and
// returns what is stored of it. What has not ended by then stays as it is: it is for
// the verdict to judge.
func (l *life) settle(ctx context.Context, s *server, outcomes []outcome) (map[string]contract.Answer, error) {
	stored := map[string]contract.Answer{}
	open := map[string]bool{}
	for i := range outcomes {
		if id := outcomes[i].said().ID; outcomes[i].accepted() && id != "" {
			open[id] = true
		}
	}
	limit := time.Now().Add(l.b.o.patience)
	for first := true; ; first = false {
		if l.mode.queued {
			if err := l.emptied(ctx, s, limit); err != nil && !errors.Is(err, errBusy) {
				return nil, err
			}
		}
		if err := s.alive(); err != nil {
			return nil, err
		}
		if err := fetch(ctx, s.url, open, stored); err != nil {
			return nil, err
		}
		// What is not in a durable queue and has not ended by now never will.
		durable := l.mode.queued && !l.mode.memory
		if len(open) == 0 || !durable && !first || time.Now().After(limit) {
			return stored, nil
		}
		if err := sleep(ctx, time.Second); err != nil {
			return nil, err
		}
	}
}

// quiet is how many times in a row the queue must be empty: each answer is that of one
// process.
const quiet = 10

// emptied waits until the queue is. A server without the metric is believed to have none.
func (l *life) emptied(ctx context.Context, s *server, limit time.Time) error {
	for empty := 0; empty < quiet; {
		if time.Now().After(limit) {
			return errBusy
		}
		status, body, err := ask(ctx, fresh, s.url+contract.PathMetrics)
		if err == nil && status == http.StatusOK {
			depth, _, err := readMetric(strings.NewReader(string(body)), queueDepth)
			if err != nil {
				return fmt.Errorf("read %s: %w", contract.PathMetrics, err)
			}
			if empty++; depth > 0 {
				empty = 0
			}
		} else if status == http.StatusNotFound {
			return nil
		}
		if err := sleep(ctx, 5*poll); err != nil {
			return err
		}
	}
	return nil
}

// askers fetch at the same time.
const askers = 16

// fetch asks for every open notification and removes from open what has ended.
func fetch(ctx context.Context, url string, open map[string]bool, stored map[string]contract.Answer) error {
	ids := make(chan string)
	var mu sync.Mutex
	var all sync.WaitGroup
	errs := make([]error, askers)
	for i := range askers {
		all.Go(func() {
			for id := range ids {
				answer, found, err := fetchOne(ctx, url, id)
				mu.Lock()
				if found {
					if stored[id] = answer; settled(answer.Status) {
						delete(open, id)
					}
				}
				mu.Unlock()
				if err != nil {
					errs[i] = err
				}
			}
		})
	}
	mu.Lock()
	list := slices.Sorted(maps.Keys(open))
	mu.Unlock()
	for _, id := range list {
		ids <- id
	}
	close(ids)
	all.Wait()
	return errors.Join(errs...)
}

// fetchOne asks until there is an answer: 200 or 404.
func fetchOne(ctx context.Context, url, id string) (answer contract.Answer, found bool, err error) {
	for range tries {
		status, body, askErr := ask(ctx, kept, url+contract.PathNotifications+id)
		switch {
		case askErr == nil && status == http.StatusOK:
			if err := json.Unmarshal(body, &answer); err != nil {
				return answer, false, fmt.Errorf("GET %s%s: %w", contract.PathNotifications, id, err)
			}
			return answer, true, nil
		case askErr == nil && status == http.StatusNotFound:
			return answer, false, nil
		}
		err = fmt.Errorf("GET %s%s: status %d: %w", contract.PathNotifications, id, status, errors.Join(askErr))
		if sleepErr := sleep(ctx, 10*poll); sleepErr != nil {
			return answer, false, sleepErr
		}
	}
	return answer, false, err
}

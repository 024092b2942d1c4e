package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

const (
	maxAnswer   = 1 << 20
	maxInFlight = 2000             // requests, with those that wait to be sent again
	tryLimit    = 10 * time.Second // of one try: twice the deadline of the server
	tries       = 10
	firstWait   = 100 * time.Millisecond // before the second try; it doubles, with jitter
	longestWait = 3 * time.Second
)

// client offers an open loop: request k falls due at k / rate, whatever has become of
// those before. Like a careful client it sends a request again, with the same key, when
// it got no answer, a 5xx, or the answer that the first is still under way.
type client struct {
	url  string
	seed uint64
	rate int
	http *http.Client
}

func newClient(url string, seed uint64, rate int) *client {
	return &client{url: url + contract.PathNotify, seed: seed, rate: rate, http: &http.Client{
		Timeout:   tryLimit,
		Transport: &http.Transport{MaxIdleConnsPerHost: maxInFlight, IdleConnTimeout: 5 * time.Second},
	}}
}

func (c *client) close() { c.http.CloseIdleConnections() }

// offer sends for so long, then calls over and waits for the answers that are still
// to come.
func (c *client) offer(ctx context.Context, length time.Duration, over func()) ([]outcome, error) {
	all := make([]outcome, int(length.Seconds()*float64(c.rate)))
	slots := make(chan struct{}, maxInFlight)
	var sent sync.WaitGroup
	defer sent.Wait()
	begin := time.Now()
	for k := range all {
		all[k].K = uint64(k)
		due := time.Duration(k) * time.Second / time.Duration(c.rate)
		if err := sleep(ctx, due-time.Since(begin)); err != nil {
			return nil, err
		}
		select {
		case slots <- struct{}{}:
			sent.Go(func() { c.insist(ctx, &all[k]); <-slots })
		default:
			all[k].Unsent = true
		}
	}
	over()
	sent.Wait()
	return all, ctx.Err()
}

// insist sends a request until there is an answer to keep.
func (c *client) insist(ctx context.Context, o *outcome) {
	rng := rand.New(rand.NewPCG(c.seed, o.K))
	body, err := json.Marshal(contract.Notification{
		UserID:  strconv.FormatUint(rng.Uint64N(contract.SeededUsers), 10),
		Subject: contract.Tag("Your order has shipped", o.K),
		Message: contract.Tag("Parcel on its way", o.K),
	})
	if err != nil {
		panic(err) // a struct of texts
	}
	for ; ; o.Repeats++ {
		after := c.try(ctx, o, body)
		if !again(o.Code) || o.Repeats+1 == tries || ctx.Err() != nil {
			return
		}
		if sleep(ctx, wait(rng, o.Repeats, after)) != nil {
			return
		}
	}
}

// again says that a client may send the same request once more.
func again(code int) bool {
	return code == 0 || code/100 == 5 || code == http.StatusConflict || code == http.StatusTooManyRequests
}

// wait is the time before the next try: exponential with full jitter, or what the
// server asks for where that is longer, but never longer than longestWait.
func wait(rng *rand.Rand, repeats int, after time.Duration) time.Duration {
	ceiling := min(longestWait, firstWait<<min(repeats, 10))
	return min(longestWait, max(after, time.Duration(rng.Int64N(int64(ceiling)))+firstWait/10))
}

// try sends a request once and keeps the answer; after is the server's Retry-After.
func (c *client) try(ctx context.Context, o *outcome, body []byte) (after time.Duration) {
	o.Code, o.Answer, o.PID = 0, nil, 0
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		panic(err) // the URL is ours
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(contract.HeaderIdempotencyKey, fmt.Sprintf("chaos-%d-%d", c.seed, o.K))
	req.GetBody = nil // nothing is sent again but by us, who count it
	resp, err := c.http.Do(req)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return 0 // cut off: as good as no answer
	}
	o.Code, o.PID = resp.StatusCode, servedBy(resp.Header.Get(contract.HeaderTiming))
	var answer contract.Answer
	if json.Unmarshal(data, &answer) == nil && answer.ID != "" {
		o.Answer = &answer
	}
	if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && s > 0 {
		after = min(longestWait, time.Duration(min(s, 60))*time.Second)
	}
	return after
}

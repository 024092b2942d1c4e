package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/record"
)

// controlLimit is of one question to the providers' control port.
const controlLimit = 10 * time.Second

// providers are the mock providers of one row.
type providers struct {
	proc  *proc.Process
	ready contract.MockReady
}

func (b *bench) startProviders(ctx context.Context, log *os.File) (*providers, error) {
	config := contract.MockConfig{Seed: b.o.seed, Providers: healthy()}
	p, out, err := b.guardian.StartTold(proc.Spec{Args: []string{b.self, "mock", "--stdin"}, Env: os.Environ(), Stderr: log}, config)
	if err != nil {
		return nil, fmt.Errorf("start the providers: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, controlLimit)
	defer cancel()
	pr := &providers{proc: p}
	if err := readFirst(ctx, out, &pr.ready); err != nil {
		p.Kill()
		return nil, fmt.Errorf("the providers did not start: %w", err)
	}
	return pr, nil
}

// behave changes the providers from now on.
func (p *providers) behave(ctx context.Context, behaviour map[string]contract.Behaviour) error {
	body, err := json.Marshal(contract.MockSettings{Providers: behaviour})
	if err != nil {
		return err
	}
	return p.ask(ctx, http.MethodPut, "/settings", body, func(io.Reader) error { return nil })
}

// ledger is what they have accepted so far.
func (p *providers) ledger(ctx context.Context) (l *record.Ledger, err error) {
	err = p.ask(ctx, http.MethodGet, "/ledger", nil, func(answer io.Reader) (err error) {
		l, err = record.ReadLedger(answer)
		return err
	})
	return l, err
}

func (p *providers) ask(ctx context.Context, method, path string, body []byte, take func(io.Reader) error) error {
	ctx, cancel := context.WithTimeout(ctx, controlLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, p.ready.Control+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("providers: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		answer, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10)) // it only words the error
		return fmt.Errorf("providers: %s %s: %s: %s", method, path, resp.Status, bytes.TrimSpace(answer))
	}
	return take(resp.Body)
}

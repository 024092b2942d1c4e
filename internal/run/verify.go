package run

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/notifybench/notifybench/internal/attack"
	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/record"
)

// probeLimit bounds one probe.
const probeLimit = 15 * time.Second

// verify sends one request per behaviour before any load: a server that answers
// wrongly is not worth measuring.
func (r *runner) verify(ctx context.Context, row *plan.Row, s *subject) error {
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	sc := r.plan.Scenario
	code, answer, err := attack.Probe(ctx, s.url+sc.Path, formOf(sc), contract.ProbeBase)
	if err != nil {
		return fmt.Errorf("the server does not answer a notification: %w", err)
	}
	outcome, problem := attack.Judge(code, answer, sc.Channels)
	if !outcome.Good() && !(outcome == record.OutcomeWrong && meantToFail(row)) {
		return fmt.Errorf("the server answers a good notification with status %d (%s): %.300s", code, problem, answer)
	}
	code, answer, err = attack.Post(ctx, s.url+sc.Path, []byte(`{"email":`))
	if err != nil {
		return fmt.Errorf("the server does not answer a malformed notification: %w", err)
	}
	if code < 400 || code > 499 {
		return fmt.Errorf("the server answers a malformed notification with status %d instead of 400: %.300s", code, answer)
	}
	return nil
}

// meantToFail says whether the experiment "fail" asks for wrong answers.
func meantToFail(row *plan.Row) bool {
	share, err := strconv.ParseFloat(row.Resolved.Env[contract.EnvFail], 64)
	return err == nil && share > 0
}

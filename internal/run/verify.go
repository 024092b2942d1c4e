package run

import (
	"context"
	"fmt"
	"net/http"
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
// wrongly is not worth measuring. What a GET is answered is for the measurement to
// say, and a request that calls no provider need not have been read at all.
func (r *runner) verify(ctx context.Context, row *plan.Row, s *subject) error {
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	sc := r.plan.Scenario
	code, answer, err := attack.Probe(ctx, s.url+row.Path, formOf(sc), contract.ProbeBase)
	if err != nil {
		return fmt.Errorf("the server does not answer a notification: %w", err)
	}
	if sc.Method == http.MethodGet {
		return nil
	}
	outcome, problem := attack.Judge(code, answer, sc.Channels)
	if !outcome.Good() && !(outcome == record.OutcomeWrong && meantToFail(row)) {
		return fmt.Errorf("the server answers a good notification with status %d (%s): %.300s", code, problem, answer)
	}
	if len(sc.Channels) == 0 {
		return nil
	}
	code, answer, err = attack.Post(ctx, s.url+row.Path, []byte(`{"email":`))
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

package attack

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

// queued is the answer to one of our notifications that is accepted to be sent later.
const queued = `{"id":"1","status":"queued","channels":{"email":{"status":"queued","attempts":0}}}`

func TestOutcomes(t *testing.T) {
	cases := map[string]struct {
		answer http.HandlerFunc
		want   record.Outcome
	}{
		"ok":          {answerWith(200, good), record.OutcomeOK},
		"queued":      {answerWith(202, queued), record.OutcomeQueued},
		"no id":       {answerWith(202, strings.Replace(queued, `"1"`, `""`, 1)), record.OutcomeWrong},
		"not queued":  {answerWith(202, good), record.OutcomeWrong},
		"no entry":    {answerWith(202, `{"id":"1","status":"queued","channels":{}}`), record.OutcomeWrong},
		"other entry": {answerWith(202, strings.Replace(queued, "email", "sms", 1)), record.OutcomeWrong},
		"shed":        {answerWith(503, `{"error":"full"}`), record.OutcomeShed},
		"failed":      {answerWith(500, `oops`), record.OutcomeFailed},
		"redirect":    {answerWith(302, ``), record.OutcomeFailed},
		"not JSON":    {answerWith(200, `sent`), record.OutcomeWrong},
		"no channel":  {answerWith(200, `{"status":"sent","channels":{}}`), record.OutcomeWrong},
		"not sent":    {answerWith(200, `{"channels":{"email":{"status":"failed","attempts":1}}}`), record.OutcomeWrong},
		"lies at 207": {answerWith(207, good), record.OutcomeWrong},
		"cut off": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
			record.OutcomeConnection},
		"too slow": {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, record.OutcomeTimeout},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			tg := newTarget(t, c.answer)
			j := job(t, tg.URL, "20/s")
			if c.want == record.OutcomeTimeout { // of the others none is to be met by it
				j.Timeout = 60 * time.Millisecond
			}
			o := attack(t, t.Context(), j)
			if o.gen.Sent == 0 || o.gen.Outcomes[c.want] != o.gen.Sent {
				t.Fatalf("outcomes %v, errors %v; want %s", o.gen.Outcomes, o.gen.Errors, c.want)
			}
			if later := o.gen.Queued > 0; later != (c.want == record.OutcomeQueued) ||
				later && (o.gen.Queued != o.gen.Sent+o.gen.WarmupSent || !o.gen.CallsKnown || o.gen.Calls != 0) {
				t.Fatalf("%d queued of %d, %d calls", o.gen.Queued, o.gen.Sent, o.gen.Calls)
			}
		})
	}
}

func TestRunRefuses(t *testing.T) {
	j := job(t, "http://127.0.0.1:1", "200/parsec")
	if err := Run(t.Context(), j, io.Discard); err == nil {
		t.Error("an unknown unit was taken")
	}
	j = job(t, "http://127.0.0.1:1", "200/s")
	j.Requests = filepath.Join(t.TempDir(), "no", "such", "folder")
	if err := Run(t.Context(), j, io.Discard); err == nil {
		t.Error("a file that cannot be created was taken")
	}
	if _, err := ReadJob(bytes.NewBufferString(`{"url":"x","speed":1}`)); err == nil {
		t.Error("an unknown field was taken")
	}
}

func TestBodyIsANotification(t *testing.T) {
	var n contract.Notification
	if err := json.Unmarshal(Form{Channels: contract.Channels()}.append(nil, 42), &n); err != nil {
		t.Fatal(err)
	}
	if n.Email == "" || n.Phone == "" || n.DeviceToken == "" || len(n.Channels) != 3 {
		t.Fatalf("%+v", n)
	}
}

func TestTheChannelsReportedAsSentAreKept(t *testing.T) {
	channels := []string{contract.Email, contract.SMS, contract.Push}
	for answer, want := range map[string]uint8{
		`{"channels":{"push":{"status":"sent"},"email":{"status":"sent"},"sms":{"status":"failed"}}}`: 0b101,
		`{"channels":{"sms":{"status":"sent"},"fax":{"status":"sent"}}}`:                              0b010,
		`{"channels":{"email":{"status":"unknown"}}}`:                                                 0,
		`{"error":"full"}`: 0,
		`sent`:             0,
	} {
		for _, code := range []int{200, 207, 503} {
			if got := judge(code, []byte(answer), channels).sent; got != want {
				t.Errorf("%d %s: %03b, want %03b", code, answer, got, want)
			}
		}
	}
}

func FuzzJudge(f *testing.F) {
	f.Add(200, []byte(good))
	f.Add(207, []byte(`{"channels":null}`))
	f.Add(202, []byte(queued))
	f.Add(202, []byte(`{"id":7,"status":null,"channels":{"email":{}}}`))
	f.Fuzz(func(t *testing.T, code int, body []byte) {
		v := judge(code, body, []string{contract.Email})
		var a contract.Answer // as the slower, stricter decoder reads it
		if v.outcome == record.OutcomeQueued && (code != 202 || !json.Valid(body) || !bytes.Contains(body, []byte(`"queued"`))) {
			t.Fatalf("%d %s is queued", code, body)
		}
		if v.outcome != record.OutcomeOK {
			return
		}
		if err := json.Unmarshal(body, &a); err != nil || a.Channels[contract.Email].Status != contract.StatusSent || code != 200 {
			t.Fatalf("%d %s is ok: %v", code, body, err)
		}
	})
}

package notification

import (
	"net/http"
	"strconv"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/jsontext"
	"github.com/notifybench/notifybench/servers/internal/provider"
)

// answer encodes a contract.Answer with one entry per channel. A wrong one is
// said to be sent whatever it holds.
func (o *order) answer(id string, wrong bool) Reply {
	code, status := rollUp(o.calls)
	if wrong {
		code, status = http.StatusOK, contract.StatusSent
	}
	return Reply{Status: code, Body: appendAnswer(make([]byte, 0, 256), id, status, o.calls)}
}

// rollUp sums up the calls: the HTTP status and the one of the notification. Those
// that the user did not want do not count.
func rollUp(calls []call) (code int, status string) {
	counted, sent, late, unknown, expired := 0, 0, 0, 0, 0
	for i := range calls {
		r := &calls[i].result
		switch r.Status {
		case contract.StatusSuppressed:
			continue
		case contract.StatusSent:
			sent++
		case contract.StatusUnknown:
			unknown++
		case contract.StatusExpired:
			expired++
		}
		counted++
		if r.Late {
			late++
		}
	}
	switch {
	case sent == counted:
		return http.StatusOK, contract.StatusSent
	case sent > 0:
		return http.StatusMultiStatus, contract.StatusPartial
	}
	code, status = http.StatusBadGateway, contract.StatusFailed
	if late == counted {
		code = http.StatusGatewayTimeout
	}
	switch {
	case unknown > 0:
		status = contract.StatusUnknown
	case expired == counted:
		status = contract.StatusExpired
	}
	return code, status
}

// appendAnswer is written by hand, as it is on the path of every request.
func appendAnswer(dst []byte, id, status string, calls []call) []byte {
	dst = append(dst, `{"id":`...)
	dst = jsontext.AppendString(dst, id)
	dst = append(dst, `,"status":`...)
	dst = jsontext.AppendString(dst, status)
	dst = append(dst, `,"channels":{`...)
	for i := 0; i < len(calls); {
		end := i + 1
		for end < len(calls) && calls[end].channel == calls[i].channel {
			end++
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = jsontext.AppendString(dst, channels[calls[i].channel].name)
		dst = append(dst, ':')
		r := merge(calls[i:end])
		dst = appendResult(dst, &r)
		i = end
	}
	return append(dst, '}', '}')
}

// merge is the result of a channel: of its one call, or of those to several devices
// together.
func merge(calls []call) provider.Result {
	whole := calls[0].result
	if len(calls) == 1 {
		return whole
	}
	sent := 0
	for i := range calls {
		r := &calls[i].result
		if r.Status == contract.StatusSent {
			sent++
		}
		if i == 0 {
			continue
		}
		whole.Attempts += r.Attempts
		if worse(r.Status, whole.Status) {
			whole.Status, whole.Problem = r.Status, r.Problem
		}
		if whole.ProviderID == "" {
			whole.ProviderID = r.ProviderID
		}
	}
	if sent > 0 && sent < len(calls) && !pending(whole.Status) {
		whole.Status = contract.StatusPartial
		whole.Problem = strconv.Itoa(len(calls)-sent) + " of " + strconv.Itoa(len(calls)) + " devices: " + whole.Problem
	}
	return whole
}

// worse orders the states of several calls: what is not decided yet comes first, then
// what is not known, then what failed.
func worse(a, b string) bool { return severity(a) > severity(b) }

func severity(status string) int {
	switch status {
	case contract.StatusRetrying:
		return 6
	case contract.StatusSending:
		return 5
	case contract.StatusQueued:
		return 4
	case contract.StatusUnknown:
		return 3
	case contract.StatusFailed:
		return 2
	case contract.StatusExpired:
		return 1
	}
	return 0
}

// pending says that a status is not the last word.
func pending(status string) bool { return severity(status) >= severity(contract.StatusQueued) }

func appendResult(dst []byte, r *provider.Result) []byte {
	dst = append(dst, `{"status":`...)
	dst = jsontext.AppendString(dst, r.Status)
	if r.ProviderID != "" {
		dst = append(dst, `,"provider_id":`...)
		dst = jsontext.AppendString(dst, r.ProviderID)
	}
	dst = append(dst, `,"attempts":`...)
	dst = strconv.AppendInt(dst, int64(r.Attempts), 10)
	if r.Problem != "" {
		dst = append(dst, `,"error":`...)
		dst = jsontext.AppendString(dst, r.Problem)
	}
	return append(dst, '}')
}

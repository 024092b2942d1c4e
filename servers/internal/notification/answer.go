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

// rollUp sums up the channels: the HTTP status and the one of the notification.
func rollUp(calls []call) (code int, status string) {
	sent, late, unknown := 0, 0, 0
	for i := range calls {
		r := &calls[i].result
		switch r.Status {
		case contract.StatusSent:
			sent++
		case contract.StatusUnknown:
			unknown++
		}
		if r.Late {
			late++
		}
	}
	switch {
	case sent == len(calls):
		return http.StatusOK, contract.StatusSent
	case sent > 0:
		return http.StatusMultiStatus, contract.StatusPartial
	}
	code, status = http.StatusBadGateway, contract.StatusFailed
	if late == len(calls) {
		code = http.StatusGatewayTimeout
	}
	if unknown > 0 {
		status = contract.StatusUnknown
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
	for i := range calls {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = jsontext.AppendString(dst, channels[calls[i].channel].name)
		dst = append(dst, ':')
		dst = appendResult(dst, &calls[i].result)
	}
	return append(dst, '}', '}')
}

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

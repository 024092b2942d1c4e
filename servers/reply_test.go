package servers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/notifybench/notifybench/internal/contract"
)

// reply is an answer of the server.
type reply struct {
	status  int
	header  http.Header
	body    string
	answer  contract.Answer
	refusal contract.Refusal
}

// do sends a request and checks what holds for every answer: it is JSON, of the
// shape that belongs to its status, and as the service's description says. Header
// is names and values in turn.
func (p *program) do(method, path, body string, header ...string) (reply, error) {
	req, err := http.NewRequest(method, "http://"+p.addr+path, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := p.client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return reply{}, err
	}
	r := reply{status: res.StatusCode, header: res.Header, body: string(data)}
	if err := described(req, res, data); err != nil {
		return r, err
	}
	switch path {
	case contract.PathMetrics, contract.PathOpenAPI, contract.PathReady, contract.PathHealth:
		return r, nil
	}
	if got := res.Header.Get("Content-Type"); got != "application/json" && got != "application/json; charset=utf-8" {
		return r, fmt.Errorf("answer %d is %q: %s", r.status, got, r.body)
	}
	return r, r.decode(data)
}

func (r *reply) decode(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	switch r.status {
	case http.StatusOK, http.StatusAccepted, http.StatusMultiStatus, http.StatusBadGateway, http.StatusGatewayTimeout:
		return d.Decode(&r.answer)
	}
	if err := d.Decode(&r.refusal); err != nil {
		return err
	}
	if r.refusal.Error == "" {
		return fmt.Errorf("answer %d without an error: %s", r.status, data)
	}
	return nil
}

// post sends a body to /notify and wants a status.
func (p *program) post(want int, body string) reply {
	p.t.Helper()
	return p.want(want, http.MethodPost, contract.PathNotify, body)
}

func (p *program) want(want int, method, path, body string, header ...string) reply {
	p.t.Helper()
	r, err := p.do(method, path, body, header...)
	if err != nil {
		p.t.Fatalf("%s %s: %v", method, path, err)
	}
	if r.status != want {
		p.t.Fatalf("%s %s: got %d %s, want %d", method, path, r.status, r.body, want)
	}
	return r
}

// notify sends a notification and wants a status.
func (p *program) notify(want int, n contract.Notification) reply {
	p.t.Helper()
	return p.post(want, encode(n))
}

func encode(n contract.Notification) string {
	data, err := json.Marshal(n)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// full is a notification for every channel.
func full(channels ...string) contract.Notification {
	return contract.Notification{
		Email: "user17@example.com", Phone: "+15550000017", DeviceToken: "token-17",
		Subject: "Order shipped #17", Message: "Your order is on its way #17", Channels: channels,
	}
}

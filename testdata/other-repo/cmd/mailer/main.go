// Mailer sends a notification by email: a small service as anybody might have written it.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

// mailer sends over one provider.
type mailer struct {
	url    string
	client *http.Client
	ids    atomic.Uint64
}

func main() {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 0, 1024 // two is the default, and a new connection for the rest
	m := &mailer{url: os.Getenv("EMAIL_URL"), client: &http.Client{Transport: transport, Timeout: 5 * time.Second}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /notify", m.notify)
	server := &http.Server{Addr: net.JoinHostPort(os.Getenv("HOST"), os.Getenv("PORT")), Handler: mux}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- server.ListenAndServe() }()
	select {
	case err := <-ended:
		log.Fatal(err)
	case <-ctx.Done():
	}
	if err := server.Shutdown(context.Background()); err != nil {
		log.Fatal(err)
	}
}

type notification struct {
	Email   string `json:"email"`
	Subject string `json:"subject"`
}

type result struct {
	Status   string `json:"status"`
	Attempts int    `json:"attempts"`
	Error    string `json:"error,omitempty"`
}

type answer struct {
	ID       string            `json:"id"`
	Status   string            `json:"status"`
	Channels map[string]result `json:"channels"`
}

func (m *mailer) notify(w http.ResponseWriter, r *http.Request) {
	var n notification
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 16<<10)).Decode(&n); err != nil || n.Email == "" {
		http.Error(w, `{"error": "no email address"}`, http.StatusUnprocessableEntity)
		return
	}
	email, code := result{Status: "sent", Attempts: 1}, http.StatusOK
	if err := m.send(r.Context(), n); err != nil {
		email, code = result{Status: "failed", Attempts: 1, Error: err.Error()}, http.StatusBadGateway
	}
	body, err := json.Marshal(answer{
		ID: strconv.FormatUint(m.ids.Add(1), 10), Status: email.Status, Channels: map[string]result{"email": email},
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(body) // the client has gone, or it has not
}

// send makes the call. The body of the answer is read, or the connection is not used again.
func (m *mailer) send(ctx context.Context, n notification) error {
	body, err := json.Marshal(map[string]string{"to": n.Email, "subject": n.Subject})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, m.url+"/send", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := m.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("the provider answered %s", resp.Status)
	}
	return nil
}

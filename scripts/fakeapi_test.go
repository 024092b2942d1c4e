package scripts_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
)

// fakeAPI is as much of GitHub's as comments under pull request 7 of example/mailer need. It
// takes one token.
type fakeAPI struct {
	url string

	mu       sync.Mutex
	comments []comment
	written  []string // method and text
	asked    int
}

type comment struct {
	ID   int    `json:"id"`
	Body string `json:"body"`
}

func newFakeAPI(t *testing.T) *fakeAPI {
	a := &fakeAPI{comments: []comment{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /repos/example/mailer/issues/7/comments", a.list)
	mux.HandleFunc("POST /repos/example/mailer/issues/7/comments", a.post)
	mux.HandleFunc("PATCH /repos/example/mailer/issues/comments/{id}", a.patch)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.asked++
		if r.Header.Get("Authorization") != "Bearer secret-token" {
			http.Error(w, `{"message": "Resource not accessible by integration"}`, http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	a.url = server.URL
	return a
}

func (a *fakeAPI) list(w http.ResponseWriter, r *http.Request) {
	size, _ := strconv.Atoi(r.FormValue("per_page"))
	page, _ := strconv.Atoi(r.FormValue("page"))
	from := min((page-1)*size, len(a.comments))
	answer(w, http.StatusOK, a.comments[from:min(from+size, len(a.comments))])
}

func (a *fakeAPI) post(w http.ResponseWriter, r *http.Request) {
	c := comment{ID: 1000 + len(a.comments)}
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	a.comments = append(a.comments, c)
	a.written = append(a.written, "POST "+c.Body)
	answer(w, http.StatusCreated, c)
}

func (a *fakeAPI) patch(w http.ResponseWriter, r *http.Request) {
	for i := range a.comments {
		c := &a.comments[i]
		if strconv.Itoa(c.ID) != r.PathValue("id") {
			continue
		}
		if err := json.NewDecoder(r.Body).Decode(c); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		a.written = append(a.written, "PATCH "+c.Body)
		answer(w, http.StatusOK, c)
		return
	}
	http.NotFound(w, r)
}

func answer(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(v) // the client is the test
}

// add puts a comment there before the action is run.
func (a *fakeAPI) add(body string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.comments = append(a.comments, comment{ID: 1000 + len(a.comments), Body: body})
}

// bodies are what was written, with the method, in order.
func (a *fakeAPI) bodies() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.written
}

func (a *fakeAPI) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.comments)
}

func (a *fakeAPI) calls() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked
}

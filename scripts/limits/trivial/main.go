// Command trivial answers every notification at once and calls nobody: what is
// measured against it is the load generator.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
)

const answer = `{"id":"1","status":"sent","channels":{"email":{"status":"sent","attempts":0}}}`

func main() {
	http.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("POST /notify", func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil || n < 20 { // the harness checks that malformed requests are refused
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		io.WriteString(w, answer)
	})
	err := http.ListenAndServe(os.Getenv("HOST")+":"+os.Getenv("PORT"), nil)
	fmt.Fprintln(os.Stderr, "trivial:", err)
	os.Exit(1)
}

// Command target stamps the requests that reach it and prints the stamps on
// SIGTERM; see package stamp. It is the judge between the generators.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/notifybench/notifybench/internal/stamp"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	arrivals, err := stamp.Serve(ctx, func(url string) error {
		_, err := fmt.Println(url)
		return err
	})
	if err == nil {
		err = stamp.Write(os.Stdout, arrivals)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "target:", err)
		os.Exit(1)
	}
}

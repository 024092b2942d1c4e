package serve

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"strconv"
	"time"
)

// admin is the port for whoever looks after the process: pprof, on loopback only and
// only when asked for. Of several processes the kernel picks one.
type admin struct{ server *http.Server }

// openAdmin listens on a port; on 0 there is none.
func openAdmin(port int, log *slog.Logger) (admin, error) {
	if port == 0 {
		return admin{}, nil
	}
	ln, err := place{host: "127.0.0.1", port: port, processes: maxProcesses}.listen()
	if err != nil {
		return admin{}, fmt.Errorf("admin port: %w", err)
	}
	routes := http.NewServeMux()
	routes.HandleFunc("/debug/pprof/", pprof.Index)
	routes.HandleFunc("/debug/pprof/profile", pprof.Profile)
	routes.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	routes.HandleFunc("/debug/pprof/trace", pprof.Trace)
	s := &http.Server{Handler: routes, ReadHeaderTimeout: 5 * time.Second,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	go s.Serve(ln) // ends with close
	log.Info("pprof", "address", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	return admin{s}, nil
}

func (a admin) close() {
	if a.server != nil {
		a.server.Close()
	}
}

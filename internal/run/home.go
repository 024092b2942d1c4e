package run

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/plan"
)

// dataDir is the folder, in that of a server's first cell, for the files that the
// server keeps. It is removed with the server.
const dataDir = "data"

// home is what one server has to itself beside its processes: nothing that another
// cell has left is found in it, and nothing is left of it.
type home struct {
	env    map[string]string
	data   string // folder; empty: none
	schema string // in the database; empty: none
	dbURL  string // of that database
	lives  int    // of the server before the present one
}

// log is the file of what the server writes in its present life.
func (h *home) log() string {
	if h.lives == 0 {
		return serverLog
	}
	return fmt.Sprintf("server-%d.log", h.lives+1)
}

// newHome makes the home of the server of a row in the folder of its first cell.
func (r *runner) newHome(c *plan.Cell, dir string) (*home, error) {
	h := &home{env: map[string]string{}}
	for _, name := range c.Row.Resolved.Backing() {
		h.env[name] = os.Getenv(name)
	}
	h.dbURL = h.env[contract.EnvDatabaseURL]
	if c.Row.Resolved.NeedsSchema() {
		h.schema = fmt.Sprintf("%s_%03d", r.space, c.Index)
		h.env[contract.EnvSchema] = h.schema
	}
	if !c.Row.Resolved.NeedsData() {
		return h, nil
	}
	var err error
	if h.data, err = filepath.Abs(filepath.Join(dir, dataDir)); err != nil { // the server runs elsewhere
		return nil, fmt.Errorf("find the folder of the server's data: %w", err)
	}
	h.env[contract.EnvData] = h.data
	if err := os.MkdirAll(h.data, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the server's data: %w", err)
	}
	return h, nil
}

// remove removes what the server has left; its processes have ended. It does so also
// when the run is stopped.
func (h *home) remove(warn func(string, ...any)) {
	if h == nil {
		return
	}
	if h.data != "" {
		if err := os.RemoveAll(h.data); err != nil {
			warn("the data of a server could not be removed: %v", err)
		}
	}
	if h.dbURL != "" && h.schema != "" {
		ctx, cancel := context.WithTimeout(context.Background(), dropLimit)
		defer cancel()
		if err := dropSchema(ctx, h.dbURL, h.schema); err != nil {
			warn("schema %s could not be dropped: %v", h.schema, err)
		}
	}
	h.data, h.schema = "", ""
}

// newSpace begins the names of the schemas of a run. What the time does not tell
// apart chance does: runs into different folders may share a database.
func newSpace(now time.Time) string {
	return fmt.Sprintf("nb_%s_%08x", now.UTC().Format("20060102t150405z"), rand.Uint32())
}

// redacted is a URL without what must not be read: its password, and whatever its
// query says. One whose user part cannot be told for certain, because a password in it
// was not escaped, is not shown at all.
func redacted(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Fragment != "" || strings.Contains(u.Path+u.RawQuery, "@") {
		return "(not shown)"
	}
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	if name := u.User.Username(); name != "" {
		shown.User = url.User(name)
	}
	return shown.String()
}

package server

import (
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/strict"
)

// Route is one path of a server that does something else on each: what differs from
// the rest of the description.
type Route struct {
	Path   string
	Fanout string   // sequential | concurrent; empty: the server's
	AtOnce int      // calls that one request makes at once, at most; 0: no limit is known
	Needs  []string // services that it keeps data in: values of the registry of backings
}

// decodeRoutes reads the routes; a server without any answers on every path alike.
func decodeRoutes(n strict.Node) (routes []Route) {
	for _, p := range n.Pairs("write routes such as {/gather: {}, /sequential: {fanout: sequential}}") {
		if !strings.HasPrefix(p.Key, "/") {
			p.KeyNode.Notef("write a path such as /gather", "%q is not a path", p.Key)
		}
		r := Route{Path: p.Key}
		m := p.Value.Map("fanout", "at_once", "needs")
		m.Get("fanout").OneOf(&r.Fanout, contract.FanoutSequential, contract.FanoutConcurrent)
		r.decodeAtOnce(m.Get("at_once"))
		r.Needs = m.Get("needs").Names("service", backingNames())
		routes = append(routes, r)
	}
	return routes
}

// decodeAtOnce reads how many calls a request makes at once: of one that makes them one
// after the other that is known.
func (r *Route) decodeAtOnce(n strict.Node) {
	if !n.Int(&r.AtOnce, 2, contract.MaxDeviceTokens) {
		return
	}
	if r.Fanout == contract.FanoutSequential {
		n.Note("a sequential fan-out makes one call at once", "remove at_once, or write fanout: concurrent")
	}
	r.Fanout = contract.FanoutConcurrent
}

// route finds what a row's requests go to.
func (s *Server) route(path string) (Route, *strict.Fault) {
	if len(s.Routes) == 0 {
		return Route{Path: path}, nil
	}
	i := slices.IndexFunc(s.Routes, func(r Route) bool { return r.Path == path })
	if i < 0 {
		valid := make([]string, len(s.Routes))
		for i, r := range s.Routes {
			valid[i] = r.Path
		}
		what, instead := strict.Unknown("path", path, valid)
		return Route{}, &strict.Fault{What: "server " + s.Name + ": " + what, Instead: instead}
	}
	return s.Routes[i], nil
}

// take makes a row go to the route of its path, or says where there is none.
func (r *Resolved) take(sc *scenario.Scenario, row scenario.Server) strict.Problems {
	route, fault := r.Server.route(sc.PathOf(row))
	if fault != nil {
		at := row.PathPos
		if row.Path == "" {
			at = row.Pos
		}
		return strict.Problems{problem(at, *fault)}
	}
	r.Route = route
	if route.Fanout != "" {
		r.Fanout = route.Fanout
	}
	return nil
}

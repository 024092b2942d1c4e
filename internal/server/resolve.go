package server

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/strict"
)

// Resolved is a server with every setting decided.
type Resolved struct {
	Server     Server
	Processes  int
	Settings   map[string]string // by name, defaults included, in canonical form
	Env        map[string]string // what the process is given, WEB_CONCURRENCY included
	Blocking   int               // requests carried at once by all processes; 0: unbounded
	Route      Route             // of its requests
	Fanout     string            // sequential | concurrent
	ClientPool int               // connections of a process, counted as Server.PoolPer says; 0: unknown
}

// SettingError is one setting that a server cannot be given.
type SettingError struct {
	Server, Setting string
	Fault           strict.Fault
}

// Error names the server and says what to write instead.
func (e *SettingError) Error() string { return "server " + e.Server + ": " + e.Fault.String() }

// Resolve decides every setting: what is set, checked, or else the default. The
// error joins a SettingError for each that is wrong.
func (s Server) Resolve(set map[string]string, processes int) (Resolved, error) {
	r := Resolved{Server: s, Processes: processes, Settings: map[string]string{}, Env: map[string]string{
		contract.EnvProcesses: strconv.Itoa(processes),
	}}
	var problems []error
	note := func(name string, f strict.Fault) {
		problems = append(problems, &SettingError{Server: s.Name, Setting: name, Fault: f})
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if _, known := s.Setting(name); !known {
			what, instead := strict.Unknown("setting", name, s.SettingNames())
			note(name, strict.Fault{What: what, Instead: instead})
		}
	}
	for _, c := range s.Settings {
		if fault := r.decide(c, set); fault != nil {
			note(c.Name, *fault)
		}
	}
	if len(problems) > 0 {
		return Resolved{}, errors.Join(problems...)
	}
	return r, r.model()
}

// decide takes the value of one setting.
func (r *Resolved) decide(c contract.Setting, set map[string]string) *strict.Fault {
	text, given := set[c.Name]
	if !given {
		if c.Default == "" {
			return nil
		}
		text = c.Default
	}
	value, fault := canonical(c, text)
	if fault != nil {
		return &strict.Fault{What: c.Name + ": " + fault.What, Instead: fault.Instead}
	}
	r.Settings[c.Name], r.Env[c.Env] = value, value
	return nil
}

// canonical checks a value by its type and writes it in the one form that
// servers read: sizes in bytes, shares from 0 to 1.
func canonical(c contract.Setting, text string) (string, *strict.Fault) {
	switch c.Type {
	case contract.TypeInt:
		v, fault := strict.ParseInt(text)
		if fault == nil && v < 0 {
			fault = &strict.Fault{What: text + " is negative", Instead: "write 0 or more"}
		}
		return strconv.Itoa(v), fault
	case contract.TypeDuration:
		v, fault := strict.ParseDuration(text)
		if fault == nil && v < 0 {
			fault = &strict.Fault{What: text + " is negative", Instead: "write 0s or more"}
		}
		return v.String(), fault
	case contract.TypeBytes:
		v, fault := strict.ParseBytes(text)
		return strconv.FormatUint(v, 10), fault
	case contract.TypeShare:
		v, fault := strict.ParseShare(text)
		return strconv.FormatFloat(v, 'f', -1, 64), fault
	}
	if len(c.OneOf) > 0 && !slices.Contains(c.OneOf, text) {
		what, instead := strict.Unknown("value", text, c.OneOf)
		return "", &strict.Fault{What: what, Instead: instead}
	}
	return text, nil
}

// model decides what the planner computes ceilings from.
func (r *Resolved) model() error {
	r.Fanout = r.value(r.Server.Fanout)
	if r.Fanout != contract.FanoutSequential && r.Fanout != contract.FanoutConcurrent {
		return fmt.Errorf("server %s: fan-out %q is neither %s nor %s", r.Server.Name, r.Fanout,
			contract.FanoutSequential, contract.FanoutConcurrent)
	}
	r.ClientPool, _ = strconv.Atoi(r.value(r.Server.ClientPool)) // not said: 0, unknown
	if len(r.Server.Concurrency) == 0 {
		return nil
	}
	r.Blocking = 1
	for _, name := range r.Server.Concurrency {
		if name == PlaceProcesses {
			r.Blocking *= r.Processes
			continue
		}
		v, _ := strconv.Atoi(r.Settings[name]) // not given: 0, unbounded
		r.Blocking *= v
	}
	return nil
}

// value is a literal, or the value of the setting that "{name}" refers to.
func (r *Resolved) value(text string) string {
	name, isRef := strings.CutPrefix(text, "{")
	if !isRef {
		return text
	}
	return r.Settings[strings.TrimSuffix(name, "}")]
}

// Duration is the value of a setting of type duration; 0 where the server has
// no such setting.
func (r Resolved) Duration(name string) time.Duration {
	v, err := time.ParseDuration(r.Settings[name])
	if err != nil {
		return 0
	}
	return v
}

// Command is the command that runs the server; bin is the binary its build
// made. It runs in the server's Dir, with Env and the addresses of the providers.
func (r Resolved) Command(bin, host string, port int) []string {
	values := maps.Clone(r.Settings)
	values[PlaceBin] = absolute(bin)
	values[PlaceHost] = host
	values[PlacePort] = strconv.Itoa(port)
	values[PlaceProcesses] = strconv.Itoa(r.Processes)
	values[PlacePython] = python(r.Server.Dir)
	return expand(r.Server.Run, values)
}

package scenario

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"
)

// Schema is the JSON Schema (draft 2020-12) of a scenario file, from which
// editors complete and check as one types. Decode is the authority: it also knows
// what no schema can say.
func Schema() ([]byte, error) {
	s := reflector().Reflect(fileSchema{})
	s.Title = "notifybench scenario"
	for key, text := range descriptions() {
		if property, ok := s.Properties.Get(key); ok {
			property.Description = text
		}
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode the scenario schema: %w", err)
	}
	return append(text, '\n'), nil
}

func reflector() *jsonschema.Reflector {
	return &jsonschema.Reflector{
		Anonymous:      true,
		ExpandedStruct: true,
		Namer:          func(t reflect.Type) string { return strings.TrimSuffix(t.Name(), "Schema") },
	}
}

// descriptions of the keys of a scenario, shown by editors.
func descriptions() map[string]string {
	return map[string]string{
		"name":          "name of the scenario; default: that of its file",
		"title":         "what it compares, in a line",
		"source":        "the article it reproduces",
		"request":       "what each notification asks for",
		"wire":          "what is spoken with the providers: the documents' format, or SendGrid, Twilio and FCM",
		"providers":     "how the mock providers behave",
		"set":           "settings of every row; what a row sets itself goes first",
		"servers":       "the rows of the comparison",
		"loads":         "each server is measured under each load; the keys are names of your own",
		"duration":      "of measurement; default: 2s",
		"warmup":        "load before the measurement, discarded; default: 1s",
		"slices":        "cut each trial into short slices that alternate between the rows; in place of duration",
		"timeout":       "of one request; default: 10s",
		"drain":         "what is in flight at the end gets this long, then is unfinished; default: 1s",
		"max_in_flight": "what would exceed it is not sent, and counted as unsent (open loop)",
		"trials":        "measurements of each server under each load",
		"isolation":     "pinned: the server has its cores to itself (default); shared: all use all",
		"slo":           "service-level objective",
		"timeline":      "what changes during the measurement; its zero is the start of measurement",
		"claims":        "statements of the documents that the scenario settles",
		"migrate":       "what each row would need and cost to serve given rates, extrapolated from what is measured",
	}
}

// fileSchema mirrors a scenario file, a field for each of keys().
type fileSchema struct {
	Name        nameSchema             `json:"name,omitempty"`
	Title       string                 `json:"title" jsonschema:"minLength=1"`
	Source      *sourceSchema          `json:"source,omitempty"`
	Request     *requestSchema         `json:"request,omitempty"`
	Wire        string                 `json:"wire,omitempty" jsonschema:"enum=plain,enum=vendor,default=plain"`
	Providers   providersSchema        `json:"providers,omitempty"`
	Servers     []serverSchema         `json:"servers" jsonschema:"minItems=1"`
	Loads       map[string]shapeSchema `json:"loads"`
	Duration    durationSchema         `json:"duration,omitempty"`
	Warmup      durationSchema         `json:"warmup,omitempty"`
	Slices      *slicesSchema          `json:"slices,omitempty"`
	Timeout     durationSchema         `json:"timeout,omitempty"`
	Drain       durationSchema         `json:"drain,omitempty"`
	MaxInFlight int                    `json:"max_in_flight,omitempty" jsonschema:"minimum=1,default=1000"`
	Trials      int                    `json:"trials,omitempty" jsonschema:"minimum=1,maximum=100,default=6"`
	Isolation   string                 `json:"isolation,omitempty" jsonschema:"enum=pinned,enum=shared"`
	SLO         *sloSchema             `json:"slo,omitempty"`
	Timeline    []stepSchema           `json:"timeline,omitempty"`
	Claims      []claimSchema          `json:"claims,omitempty"`

	Set map[string]scalarSchema `json:"set,omitempty"`

	Migrate *migrateSchema `json:"migrate,omitempty"`
}

type sourceSchema struct {
	Document string `json:"document" jsonschema:"description=title of the article"`
	Section  string `json:"section,omitempty"`
}

type requestSchema struct {
	Path     string          `json:"path,omitempty" jsonschema:"pattern=^/,default=/notify"`
	Method   string          `json:"method,omitempty" jsonschema:"enum=POST,enum=GET,default=POST,description=with GET nothing is sent and whatever is answered is measured"`
	Channels []channelSchema `json:"channels,omitempty" jsonschema:"uniqueItems=true,description=an empty list: a request calls no provider"`

	Recipients     string `json:"recipients,omitempty" jsonschema:"enum=addresses,enum=users,default=addresses,description=a notification carries addresses or names a user of the store"`
	Devices        int    `json:"devices,omitempty" jsonschema:"minimum=1,maximum=100,default=1,description=devices that a push notification goes to; each is a provider call"`
	IdempotencyKey bool   `json:"idempotency_key,omitempty" jsonschema:"description=send an Idempotency-Key of its own with every request"`
}

type providersSchema struct {
	Email *providerSchema `json:"email,omitempty"`
	SMS   *providerSchema `json:"sms,omitempty"`
	Push  *providerSchema `json:"push,omitempty"`
}

type providerSchema struct {
	Latency     latencySchema  `json:"latency"`
	ErrorRate   shareSchema    `json:"error_rate,omitempty"`
	ErrorStatus int            `json:"error_status,omitempty" jsonschema:"minimum=400,maximum=599,default=500"`
	Faults      faultsSchema   `json:"faults,omitempty"`
	DripTime    durationSchema `json:"drip_time,omitempty" jsonschema:"description=how long a dripped answer takes; default: 1s"`
	Queue       *queueSchema   `json:"queue,omitempty" jsonschema:"description=serve a limited number of calls at once; what finds no room is answered 503"`
	Throttle    throttleSchema `json:"throttle,omitempty"`
}

type queueSchema struct {
	Servers int `json:"servers" jsonschema:"minimum=1,description=calls served at once"`
	Length  int `json:"length" jsonschema:"minimum=0,description=calls that may wait"`
}

type rowSchema struct {
	Name      nameSchema              `json:"name"`
	Path      string                  `json:"path,omitempty" jsonschema:"pattern=^/,description=of its requests; default: that of request"`
	Processes int                     `json:"processes,omitempty" jsonschema:"minimum=1,maximum=1024,default=1"`
	Set       map[string]scalarSchema `json:"set,omitempty" jsonschema:"description=settings of its server.yaml"`
	Label     string                  `json:"label,omitempty" jsonschema:"description=how the row is called"`
	Loads     []string                `json:"loads,omitempty" jsonschema:"minItems=1,uniqueItems=true,description=loads under which it is measured; default: all"`
}

type slicesSchema struct {
	Count  int            `json:"count" jsonschema:"minimum=2,maximum=100,multipleOf=2,description=of each row in a trial; multiples of 4 cancel drift best"`
	Length durationSchema `json:"length"`
	Warmup durationSchema `json:"warmup,omitempty" jsonschema:"description=before each slice but the first of a load; default: 200ms"`

	Together bool `json:"together,omitempty" jsonschema:"description=measure all loads of a trial on the same servers one after the other; default: false"`
}

type sloSchema struct {
	P99    durationSchema `json:"p99"`
	Errors shareSchema    `json:"errors,omitempty"`
}

type stepSchema struct {
	At  durationSchema         `json:"at"`
	Set map[string]valueSchema `json:"set,omitempty"`

	Server string `json:"server,omitempty" jsonschema:"enum=kill,description=SIGKILL to one of the server's processes; needs processes of 2 or more"`
}

package scenario

import (
	"reflect"
	"testing"

	"github.com/notifybench/notifybench/internal/record"
)

// asks is a scenario of two rows and three loads, one of which changes.
const asks = `title: t
providers: {email: {latency: 20ms}}
servers: [goroutine, {name: goroutine, processes: 2}]
loads: {c1: {closed: {connections: 1}}, c4: {closed: {connections: 4}}, up: {ramp: {from: 1/s, to: 9/s, over: 1s}}}
`

const priced = "migrate:\n  price: {currency: USD, vcpu_hour: 0.04, gb_hour: 0}\n  rates: [10/s, 1000/s]\n"

func TestMigrateDefaults(t *testing.T) {
	s, err := Decode("x.yaml", []byte(asks+priced+"  load: c4\n  predict: [{row: goroutine ×2, from: goroutine}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := &record.Migrate{Rates: []float64{10, 1000}, Utilisation: 0.6, Loads: []string{"c4"},
		Price:   record.Price{Currency: "USD", VCPUHour: 0.04},
		Predict: []record.Prediction{{Row: "goroutine ×2", Load: "c4", From: "goroutine", At: []string{"c4"}}}}
	if !reflect.DeepEqual(s.Migrate, want) {
		t.Errorf("got %+v", s.Migrate)
	}
	back, err := Decode("x.yaml", []byte(Text(s)))
	if err != nil || !reflect.DeepEqual(back.Migrate, want) {
		t.Errorf("read back as %+v, %v", back, err)
	}
	if only, err := OnlySearches(s); err == nil && only.Migrate != nil {
		t.Error("a search alone asks for the cost of loads that it leaves out")
	}
}

func TestMigrateMistakes(t *testing.T) {
	for _, c := range []struct{ name, add, want string }{
		{"no load", priced, "x.yaml:6:3: missing key migrate.load: add load: c100"},
		{"no rate", "migrate: {rates: [], load: c1, price: {currency: USD, vcpu_hour: 1, gb_hour: 1}}\n",
			"x.yaml:5:18: no rate: write a list such as [100/s, 1000/s]"},
		{"a load that changes", priced + "  load: up\n",
			"x.yaml:8:9: load up changes over time, or is a search: name a load of a constant rate, or a closed one"},
		{"a load twice", priced + "  load: [c1, c1]\n", "x.yaml:8:14: load c1 is repeated: name it once"},
		{"a row that is none", priced + "  load: c1\n  predict: [{row: goroutine ×3, from: goroutine}]\n",
			`x.yaml:9:19: unknown row "goroutine ×3": did you mean "goroutine ×2"? (valid: goroutine, goroutine ×2)`},
		{"from itself", priced + "  load: c1\n  predict: [{row: goroutine, from: goroutine, at: [c4, c1]}]\n",
			"x.yaml:9:13: goroutine under c1 would be predicted from itself: write another row in from, or other loads in at"},
		{"several cases", priced + "  load: c1\n  predict: [{row: goroutine, from: goroutine, load: [c4, c1]}]\n",
			"x.yaml:9:13: goroutine under c1 would be predicted from itself: write another row in from, or other loads in at\n" +
				"x.yaml:9:53: several loads: write one load: it is one case that is predicted"},
		{"a negative price", "migrate: {rates: [1/s], load: c1, price: {currency: USD, vcpu_hour: -1, gb_hour: 1}}\n",
			`x.yaml:5:69: "-1" is not an amount of money: write a number such as 0.04`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Decode("x.yaml", []byte(asks+c.add))
			if err == nil || err.Error() != c.want {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}

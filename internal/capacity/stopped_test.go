package capacity

import "testing"

// A search that is stopped says what it knows, and no more.
func TestStoppedSearch(t *testing.T) {
	s := New(Defaults(), Prior{Ceiling: 1000})
	if r := s.Result(); r.Status != Unknown || r.Words != "nothing is known yet" {
		t.Errorf("before the first trial: %+v", r)
	}
	for range 3 {
		trial, ok := s.Next(0, 0)
		if !ok {
			t.Fatal("it is over")
		}
		s.Observe(threshold(1000)(trial, 0))
	}
	if r := s.Result(); r.Status != Wide || r.Holds == 0 || r.Fails/r.Holds < 1.4 {
		t.Errorf("after three trials: %+v", r)
	}
}

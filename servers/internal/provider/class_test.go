package provider

import (
	"slices"
	"testing"
)

func TestClass(t *testing.T) {
	for e, want := range map[ending]Class{
		{status: 200, accepted: true}: ClassSent,
		{status: 202, accepted: true}: ClassSent,
		{status: 200}:                 ClassAmbiguous, // where it is not the provider's success
		{status: 299}:                 ClassAmbiguous,
		{status: 101}:                 ClassPermanent,
		{status: 300}:                 ClassPermanent,
		{status: 307}:                 ClassPermanent,
		{status: 400}:                 ClassPermanent,
		{status: 401}:                 ClassPermanent,
		{status: 403}:                 ClassPermanent,
		{status: 404}:                 ClassPermanent,
		{status: 408}:                 ClassPermanent,
		{status: 413}:                 ClassPermanent,
		{status: 428}:                 ClassPermanent,
		{status: 429}:                 ClassThrottled,
		{status: 430}:                 ClassPermanent,
		{status: 499}:                 ClassPermanent,
		{status: 500}:                 ClassTransient,
		{status: 501}:                 ClassPermanent,
		{status: 502}:                 ClassTransient,
		{status: 503}:                 ClassTransient,
		{status: 599}:                 ClassTransient,

		{status: 403, throttled: true}: ClassThrottled,
		{status: 503, throttled: true}: ClassThrottled,

		{}:                             ClassTransient, // no connection to be had
		{written: true}:                ClassTransient, // one that broke
		{timeout: true}:                ClassNoRoom,
		{timeout: true, written: true}: ClassAmbiguous,
	} {
		if got := e.class(); got != want {
			t.Errorf("%+v is %s, want %s", e, got, want)
		}
	}
}

// TestClassNames holds that every class has a name of its own: they are labels.
func TestClassNames(t *testing.T) {
	seen := []string{Class(0).String()}
	for _, c := range Classes() {
		if slices.Contains(seen, c.String()) {
			t.Errorf("class %d is called %s, like another", c, c)
		}
		seen = append(seen, c.String())
	}
	if last := Classes()[len(Classes())-1]; (last + 1).String() != "none" {
		t.Errorf("there is a class after %s that Classes leaves out", last)
	}
}

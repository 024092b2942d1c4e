package store

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// nanos and instant turn times into columns and back. The zero time is 0.
func nanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func instant(ns int64) time.Time {
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns)
}

// timeColumn reads a time from a column of nanoseconds.
type timeColumn struct{ to *time.Time }

func (c timeColumn) Scan(value any) error {
	ns, ok := value.(int64)
	if !ok {
		return fmt.Errorf("a time of type %T", value)
	}
	*c.to = instant(ns)
	return nil
}

// columns are where id, payload, created and due of a job are read into.
func (j *Job) columns() []any {
	return []any{&j.ID, &j.Payload, timeColumn{&j.Created}, timeColumn{&j.Due}}
}

func ids(jobs []Job) []string {
	var all []string
	for _, j := range jobs {
		all = append(all, j.ID)
	}
	return all
}

func oldestFirst(jobs []Job) []Job {
	slices.SortFunc(jobs, func(a, b Job) int {
		return cmp.Or(a.Created.Compare(b.Created), strings.Compare(a.ID, b.ID))
	})
	return jobs
}

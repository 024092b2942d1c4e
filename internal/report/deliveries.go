package report

import (
	"fmt"
	"slices"

	"github.com/notifybench/notifybench/internal/metric"
)

// deliveriesTitle is what the table is of.
const deliveriesTitle = "What became of the notifications, by the providers' own books: sums over all trials shown"

// deliveryColumns are counts; a row whose providers kept no books has none.
func deliveryColumns() []column {
	all := []column{{"server", true, rowName, 0}}
	for _, c := range []struct {
		title string
		of    func(*metric.Deliveries) uint64
	}{
		{"delivered", func(d *metric.Deliveries) uint64 { return d.Delivered }},
		{"lost", func(d *metric.Deliveries) uint64 { return d.Lost }},
		{"duplicated", func(d *metric.Deliveries) uint64 { return d.Duplicated }},
		{"falsely reported", func(d *metric.Deliveries) uint64 { return d.FalselyReported }},
		{"waiting", func(d *metric.Deliveries) uint64 { return d.Waiting }},
	} {
		all = append(all, column{c.title, false, func(r *metric.Row) string {
			if r.Deliveries.Cells == 0 {
				return metric.NotAvailable
			}
			return metric.Thousands(fmt.Sprint(c.of(&r.Deliveries)))
		}, 0})
	}
	return all
}

// misdelivered are the rows with numbers, where one of them has something wrong with
// what it delivered.
func misdelivered(rows []metric.Row) []metric.Row {
	if !slices.ContainsFunc(rows, func(r metric.Row) bool { return r.Deliveries.Wrong() || r.Deliveries.Waiting > 0 }) {
		return nil
	}
	return shown(rows)
}

func (p *printer) deliveries(rows []metric.Row) {
	some := misdelivered(rows)
	if len(some) == 0 {
		return
	}
	p.line()
	p.wrapped("", deliveriesTitle)
	p.table(deliveryColumns(), some)
}

func (p *printer) pageDeliveries(rows []metric.Row) {
	some := misdelivered(rows)
	if len(some) == 0 {
		return
	}
	p.line()
	p.line(deliveriesTitle, ":")
	p.line()
	p.pageTable(deliveryColumns(), some)
}

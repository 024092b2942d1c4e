package provider

import "sync/atomic"

// Retries that a budget begins with, and those it saves up at most.
const (
	budgetFloor = 10
	budgetSaved = 100
)

// unit is one retry in what a budget counts.
const unit = 1000

// budget keeps retries from multiplying the load on a provider that is down: each
// first attempt pays in a share of a retry, each retry takes a whole one. There
// are never more retries than budgetFloor + share · first attempts; after good
// times they come in a burst of budgetSaved at most. A share of 0 allows none.
type budget struct {
	tokens atomic.Int64
	share  int64
}

func newBudget(share float64) *budget {
	b := &budget{share: int64(share * unit)}
	if b.share > 0 {
		b.tokens.Store(budgetFloor * unit)
	}
	return b
}

// deposit counts a first attempt.
func (b *budget) deposit() {
	for {
		old := b.tokens.Load()
		sum := min(old+b.share, budgetSaved*unit)
		if sum == old || b.tokens.CompareAndSwap(old, sum) {
			return
		}
	}
}

// withdraw takes a retry, if there is one.
func (b *budget) withdraw() bool {
	for {
		old := b.tokens.Load()
		if old < unit {
			return false
		}
		if b.tokens.CompareAndSwap(old, old-unit) {
			return true
		}
	}
}

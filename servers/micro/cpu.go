package main

import (
	"net/http"
	"strconv"
	"sync"
)

// cpuTasks is how many tasks a request makes.
const cpuTasks = 4

// sumOfSquares is the task: the sum of i*i for i below n.
func sumOfSquares(n int) (sum uint64) {
	for i := range uint64(n) {
		sum += i * i
	}
	return sum
}

// cpuSerial does the tasks one after the other.
func cpuSerial(m *micro) handler {
	return func(*http.Request) reply {
		var sums [cpuTasks]uint64
		for i := range sums {
			sums[i] = sumOfSquares(m.n)
		}
		return computed(sums)
	}
}

// cpuGather has a goroutine for each: they use as many cores as GOMAXPROCS lets them.
func cpuGather(m *micro) handler {
	return func(*http.Request) reply {
		var sums [cpuTasks]uint64
		var tasks sync.WaitGroup
		for i := range sums {
			tasks.Go(func() { sums[i] = sumOfSquares(m.n) })
		}
		tasks.Wait()
		return computed(sums)
	}
}

// computed answers with the result as the id, which shows that the work was done.
func computed(sums [cpuTasks]uint64) reply {
	r := done(nil)
	r.answer.ID = strconv.FormatUint(sums[0]+sums[1]+sums[2]+sums[3], 10)
	return r
}

package metrictest

import (
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// Claims are statements that the fixture settles, in every way one can end.
func Claims() []record.Claim {
	claim := func(id, stated, row, load, id2 string, j record.Judge, expect string) record.Claim {
		return record.Claim{ID: id, Document: "asyncio-notification-service", Section: "Performance Results", Stated: stated,
			Point: record.Point{Row: row, Load: load}, Metric: id2, Judge: j, Expect: expect}
	}
	rate := func(v float64) record.Judge {
		return record.Judge{Kind: record.JudgeValue, Value: v, Tolerance: 0.15, Unit: string(metric.PerSecond)}
	}
	sync := claim("sync-187", "187.23 req/s of 4 sync workers under wrk with 100 connections", "pool workers=4", "c100",
		metric.Achieved, rate(187.23), "IMPOSSIBLE AS STATED")
	sync.Because = "4 workers that are each held for 350 ms by two calls | whatever the machine"
	sync.Instead = []record.Point{{Row: "fasthttp", Load: "spike"}, {Row: "flask"}, {Row: "gin"}}
	sync.Go = []string{"goroutine", "crasher"}
	async := claim("async-500", "about 500 req/s of one process", "goroutine", "c100", metric.Achieved, rate(520), "REPRODUCED")
	cheap := claim("cheaper-by-2", "half the CPU of the other", "goroutine", "r300", metric.CPUPerRequest,
		record.Judge{Kind: record.JudgeFactor, Value: 2.5}, "REPRODUCED")
	cheap.To, cheap.Go = "fasthttp", []string{"gin", "fasthttp"}
	slow := claim("fast", "answers in less than 60 ms", "pool workers=4", "r300", metric.P50,
		record.Judge{Kind: record.JudgeAtMost, Value: 60e6, Unit: string(metric.Nanoseconds)}, "NOT REPRODUCED")
	order := claim("cpu-order", "which costs less", "fasthttp", "c100", metric.CPUPerRequest,
		record.Judge{Kind: record.JudgeOrder, Order: []string{"fasthttp", "goroutine", "gin"}}, "REPRODUCED")
	flask := claim("flask-11", "11 req/s a worker", "flask", "c100", metric.Achieved, rate(45), "IMPOSSIBLE AS STATED")
	bad := claim("two-processes", "two processes reach <500> req/s", "goroutine ×2", "c100", metric.Achieved, rate(500), "REPRODUCED")
	return []record.Claim{sync, async, cheap, slow, order, flask, bad, {
		ID: "nodejs", Document: "Should I Migrate to an Async Framework?", Stated: "twice as fast as Node.js",
		Unmeasured: "no Node.js server is part of the project", Expect: "NOT MEASURED"}}
}

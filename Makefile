# notifybench: `make bench` is the main job, `make test` checks the code.

GO  ?= go
BIN := bin/notifybench

# The race detector needs cgo and a C compiler; without one the tests run all the same.
HAVE_CC := $(shell command -v $$($(GO) env CC) >/dev/null 2>&1 && echo yes)
# It leaves out two packages that go over the pixels of a picture, one by one, of which
# nobody else has a copy: with them half the time of the tests of the command is drawing.
ifeq ($(HAVE_CC),yes)
CGO := CGO_ENABLED=1
RACE := -race -gcflags=image/png=-race=false -gcflags=github.com/golang/freetype/raster=-race=false
endif

.DEFAULT_GOAL := help
.PHONY: help build bench claims test check golden limits gate selftest-gate regressions selftest bench-generator bench-providers bench-capacity reference services services-stop python chaos chaos-short bench-service clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build bin/notifybench
	$(GO) build -o $(BIN) ./cmd/notifybench

bench: build ## compare the concurrency styles: table, reasons, charts (about 4 minutes)
	$(BIN) run headline

claims: build ## judge every claim of the documents: one table of verdicts (resumable: bin/notifybench claims --resume)
	$(BIN) claims

# Packages that only compute are tested together (policy_test.go sees to it that they
# do). The others one at a time, and everything is compiled first: tests that measure
# should meet neither the compiler nor each other.
PURE := $(addsuffix /...,$(wildcard $(addprefix ./internal/,capacity chart claim claimset compare contract gate gateset gatetest latency metric migrate plan policy \
	record report scenario shape solve stats steady strict)))

test: ## run all tests, with the race detector where there is a C compiler
ifneq ($(HAVE_CC),yes)
	@echo "no C compiler found: testing without the race detector (install gcc or clang to have it)"
endif
	@$(CGO) $(GO) list $(RACE) -export -test ./... >/dev/null
	@status=0; \
	$(CGO) $(GO) test $(RACE) -timeout 40m $(PURE) || status=1; \
	$(CGO) $(GO) test $(RACE) -timeout 40m -p 1 $$({ $(GO) list $(PURE); $(GO) list ./...; } | sort | uniq -u) || status=1; \
	exit $$status

check: ## formatting, vet, staticcheck, other systems, go.mod
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt -w on these files"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	GOOS=darwin $(GO) vet ./...
	$(GO) mod verify
	$(GO) mod tidy -diff

golden: ## write the golden files, the JSON Schema and README's tables anew
	$(GO) test . ./internal/claimset ./internal/compare ./internal/gateset ./internal/gatetest ./internal/policy ./internal/report ./internal/scenario ./internal/selftest ./mockproviders -update

limits: build ## measure the limits that the project promises of itself (about ten minutes)
	scripts/limits.sh

SELFTEST := results/reference/selftest-meters.md

BASE ?= HEAD~1

gate: build ## has the last commit (BASE=REF: all since then) made a server wrong, or worse by a quarter? (about two minutes)
	@rm -f results/gates/latest; status=0; $(BIN) gate goroutine --short --base $(BASE) || status=$$?; \
	case $$status in 4) grep -qs '"status": "complete"' results/gates/latest/gate.json || exit 4; echo "not judged: the machine is too noisy for now";; *) exit $$status;; esac

GATETEST := results/reference/selftest-gate.md

selftest-gate: build ## how often the gate is right, by known changes (about three hours; goes on where it was stopped)
	@$(BIN) selftest gate --format markdown >$(GATETEST).new && mv $(GATETEST).new $(GATETEST) && cat $(GATETEST)

REGRESSIONS := results/reference/gate-regressions.md

regressions: build ## does the gate find known faults put into a style? Writes results/reference/gate-regressions.md (about a quarter of an hour)
	@status=0; scripts/regressions.sh >$(REGRESSIONS).new || status=$$?; mv $(REGRESSIONS).new $(REGRESSIONS); cat $(REGRESSIONS); exit $$status

selftest: build ## prove the meters against known truth (about a minute, on a quiet machine)
	@$(BIN) selftest meters --format markdown >$(SELFTEST).new; status=$$?; \
	case $$status in 0|4) mv $(SELFTEST).new $(SELFTEST); cat $(SELFTEST);; *) rm $(SELFTEST).new;; esac; exit $$status

bench-generator: build ## our generator beside vegeta and wrk, arrivals stamped at the target (about 3 minutes)
	scripts/generator.sh

bench-providers: build ## measure how late the mock providers serve, and what a call costs them (about 2 minutes)
	$(GO) build -o bin/providers ./scripts/providers
	bin/providers
	bin/providers -share

bench-capacity: build ## how well capacity searches repeat; writes results/reference/capacity.md (about 25 minutes)
	scripts/capacity.sh

reference: build ## all claims in full: renews their reference results, prints what changed (about 45 minutes)
	$(GO) build -o bin/reference ./scripts/reference
	@status=0; $(BIN) claims || status=$$?; \
	case $$status in 0|1) bin/reference results/claims/latest || exit;; esac; exit $$status

CHAOS := results/reference/chaos.md

bench-service: build ## what the full service costs: CPU, memory, queue, look-ups (about 8 minutes)
	$(GO) build -o bin/slowlink ./scripts/slowlink
	$(GO) build -o bin/service ./scripts/service
	@bin/service >results/reference/service.md.new && mv results/reference/service.md.new results/reference/service.md && cat results/reference/service.md

chaos: build ## break everything around each style: is anything lost? Writes results/reference/chaos.md (about 20 minutes)
	$(GO) build -o bin/chaos ./scripts/chaos
	@bin/chaos -markdown >$(CHAOS).new; status=$$?; \
	case $$status in 0|1) mv $(CHAOS).new $(CHAOS); cat $(CHAOS);; *) cat $(CHAOS).new; rm $(CHAOS).new;; esac; exit $$status

chaos-short: build ## the same for a few seconds, with two styles: does it hold at all?
	$(GO) build -o bin/chaos ./scripts/chaos
	bin/chaos -styles goroutine,fasthttp -length 4s -rate 100 -kill 1500ms -flap 1s

services: ## start PostgreSQL and Redis for tests and scenarios; prints their URLs
	@scripts/services.sh start

services-stop: ## stop them
	scripts/services.sh stop

python: ## make .venv/, which the Python servers run in
	scripts/python.sh

clean: ## remove what was built; records stay
	rm -rf bin

# notifybench: `make bench` is the main job, `make test` checks the code.

GO  ?= go
BIN := bin/notifybench

# The race detector needs cgo and a C compiler; without one the tests run all the same.
HAVE_CC := $(shell command -v $$($(GO) env CC) >/dev/null 2>&1 && echo yes)
ifeq ($(HAVE_CC),yes)
RACE := CGO_ENABLED=1 $(GO) test -race
else
RACE := $(GO) test
endif

.DEFAULT_GOAL := help
.PHONY: help build bench bench-capacity test check golden limits clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build bin/notifybench
	$(GO) build -o $(BIN) ./cmd/notifybench

bench: build ## compare the concurrency styles: table, reasons, charts (about 4 minutes)
	$(BIN) run headline

test: ## run all tests, with the race detector where there is a C compiler
ifneq ($(HAVE_CC),yes)
	@echo "no C compiler found: testing without the race detector (install gcc or clang to have it)"
endif
	$(RACE) -timeout 15m ./...

check: ## formatting, vet, staticcheck, other systems, go.mod
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt -w on these files"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	GOOS=darwin $(GO) vet ./...
	$(GO) mod verify
	$(GO) mod tidy -diff

golden: ## write the golden files and the JSON Schema anew
	$(GO) test ./internal/report ./internal/scenario -update

limits: build ## measure the limits that the project promises of itself (about 5 minutes)
	scripts/limits.sh

bench-capacity: build ## how well capacity searches repeat; writes results/reference/capacity.md (about 25 minutes)
	scripts/capacity.sh

clean: ## remove what was built; records stay
	rm -rf bin

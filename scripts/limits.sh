#!/bin/sh
# Measures what the project promises of itself; see README.md. About ten minutes on
# a quiet machine. The figures are printed, never asserted.
set -eu
cd "$(dirname "$0")/.."
out=${1:-results/limits}

run() { bin/notifybench run "$@" --servers scripts/limits/trivial --out "$out"; }

echo "== the generator on one core, beside vegeta and wrk"
scripts/generator.sh

echo "== the mock providers: CPU per call, and how late they serve"
go test -run '^$' -bench Calls -benchtime 1x ./mockproviders

echo "== the report of a million requests"
go test -run '^$' -bench Summarize -benchtime 1x ./internal/metric

echo "== the styles: CPU per notification with nothing to wait for"
bin/notifybench run overhead --out "$out"

echo "== memory over millions of requests"
run scripts/limits/memory.yaml --json >"$out/memory.json"
grep -m1 '"max_rss"' "$out/latest/run.json"

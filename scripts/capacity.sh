#!/bin/sh
# Measures how well capacity searches repeat: ten on a server of known capacity, seven
# on one that is bound by its core. About 25 minutes on a quiet machine. Every trial is
# printed as it goes; each set is kept, and not measured again, until $out is removed.
set -eu
cd "$(dirname "$0")/.."
out=${1:-results/capacity}
mkdir -p "$out" results/reference

# search NAME SERVERS: carries out a set of searches unless it is there already.
search() {
	if [ -s "$out/$1.json" ]; then
		echo "== $1: $out/$1.json is there"
		return
	fi
	echo "== $1"
	bin/notifybench capacity "scripts/capacity/$1.yaml" --servers "$2" --out "$out" --json >"$out/$1.tmp"
	mv "$out/$1.tmp" "$out/$1.json"
}

search workers scripts/capacity/workers
search cpu scripts/capacity/workers # goroutine is among the servers of the checkout
echo "== the table, and 30 s of spinning"
go build -o bin/capacity-table ./scripts/capacity/table
bin/capacity-table "$out/workers.json" 400 "$out/cpu.json" | tee "$out/capacity.md"
mv "$out/capacity.md" results/reference/capacity.md

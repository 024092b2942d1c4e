#!/bin/sh
# Measures our generator beside the stock vegeta command and wrk, arrivals stamped
# at a target that is neither; see scripts/generator. Less than four minutes on a
# quiet machine.
set -eu
cd "$(dirname "$0")/.."

# The command is not among the module's own dependencies, only its library is: it
# is built in a module of its own, in the version of the library.
version=$(go list -m -f '{{.Version}}' github.com/tsenart/vegeta/v12)
if ! go version -m bin/vegeta 2>/dev/null | grep -q "vegeta/v12.*$version"; then
	tmp=$(mktemp -d)
	trap 'rm -rf "$tmp"' EXIT
	bin=$PWD/bin
	(cd "$tmp" && go mod init stock 2>/dev/null && go get "github.com/tsenart/vegeta/v12@$version" &&
		go build -o "$bin/vegeta" github.com/tsenart/vegeta/v12)
fi
go build -o bin/generator-target ./scripts/generator/target
go build -o bin/generator-bench ./scripts/generator
exec bin/generator-bench "$@"

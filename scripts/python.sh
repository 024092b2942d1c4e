#!/usr/bin/env bash
# The virtual environment of the Python servers under test: .venv/ of the checkout, made
# from servers/requirements.txt, where every version is pinned. Nothing of the system's
# own Python is changed.
#
#   scripts/python.sh        or: make python
#
# Run again it does nothing, unless a version differs; then all is made anew. It is made
# beside and moved to its place when it is complete: an interrupted run leaves what was
# there before. pip is asked as the machine has it configured.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly venv=$PWD/.venv
readonly new=$PWD/.venv.new
readonly pins=servers/requirements.txt

say() { printf '%s\n' "python: $*" >&2; }
die() { say "$*"; exit 1; }

# fits PYTHON: new enough, and able to make a virtual environment (Debian packs that
# part apart).
fits() {
	command -v "$1" >/dev/null &&
		"$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# choose names the first that fits: the default one, else the newest.
choose() {
	local p
	for p in python3 python3.14 python3.13 python3.12 python3.11; do
		if fits "$p"; then
			echo "$p"
			return
		fi
	done
	return 1
}

# provide finds a Python, or installs one.
provide() {
	if choose; then return; fi
	if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
		say "installing Python"
		if { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
			python3 python3-venv; } >&2 && choose; then return; fi
	fi
	die "no python3 ≥ 3.11 with venv: sudo apt-get install python3 python3-venv"
}

# current says that what is installed is what is pinned.
current() {
	[ -x "$venv/bin/python" ] && "$venv/bin/python" - "$pins" 2>/dev/null <<-'PYTHON'
		import sys
		from importlib.metadata import version
		from pip._vendor.packaging.requirements import Requirement

		lines = (line.strip() for line in open(sys.argv[1]) if not line.startswith("#"))
		for pin in map(Requirement, filter(None, lines)):
		    if pin.marker is None or pin.marker.evaluate():
		        assert version(pin.name) in pin.specifier, pin
	PYTHON
}

install() {
	local python
	if current; then
		say "$venv is as $pins says"
		return
	fi
	python=$(provide)
	say "making $venv with $("$python" --version)"
	rm -rf "$new"
	trap 'rm -rf "$new"' EXIT
	trap 'exit 130' INT TERM HUP
	"$python" -m venv "$new"
	"$new/bin/python" -m pip install --quiet --disable-pip-version-check -r "$pins"
	"$new/bin/python" -m pip check >&2
	# Its programs name the folder they were made in.
	grep -rlIF "$new" "$new/bin" "$new/pyvenv.cfg" | while read -r file; do
		sed -i.was "s|/\.venv\.new|/.venv|g" "$file" && rm "$file.was"
	done
	rm -rf "$venv"
	mv "$new" "$venv"
	say "done"
}

# One at a time in each checkout: this script is the lock.
exec 9<"scripts/python.sh"
if command -v flock >/dev/null; then flock 9; fi
install 9<&-

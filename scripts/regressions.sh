#!/usr/bin/env bash
# Does the gate find what really goes wrong, and name it? Puts known faults into a copy of a
# style, one after the other, and gates each against the commit it was made from. Prints a
# table in Markdown; about four minutes for each fault. Arguments: those alone.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$PWD/bin/notifybench patches=$PWD/scripts/regressions
[ $# -gt 0 ] || set -- allocation connection lock rename
copy=$(mktemp -d "${TMPDIR:-/tmp}/notifybench-regressions.XXXXXX")
trap 'rm -rf "$copy"' EXIT
git clone -q --no-hardlinks . "$copy/tree"
cd "$copy/tree"
failed=0

# What the verdict must name: a regression that is found by another metric than the one that
# ought to show it was found by chance.
shown() {
  case $1 in
    allocation | connection) echo cpu_per_request ;;
    lock) echo 'added_p50|added_p95' ;;
    *) echo . ;;
  esac
}

echo '# What the gate says of known faults'
echo
echo 'Each is a change of the goroutine style ([the patches](../../scripts/regressions)), gated against the commit before it by [gate.yaml](../../gate.yaml).'
echo '`rename` changes names and moves the handler into a method: nothing that a request does. `make regressions` renews this table.'
echo
echo '| change | exit code | wanted | verdict |'
echo '|---|---|---|---|'
for name in "$@"; do
  git apply "$patches/$name.patch"
  echo "== $name" >&2
  status=0
  "$bin" gate goroutine --base HEAD --out "$copy/gates" >"$copy/$name.txt" || status=$?
  cat "$copy/$name.txt" >&2
  wanted=1
  [ "$name" = rename ] && wanted=0
  verdict=$(head -n 1 "$copy/$name.txt" | tr -d '\r')
  [ "$status" = "$wanted" ] && [[ $verdict =~ $(shown "$name") ]] || failed=1
  printf '| %s | %s | %s | %s |\n' "$name" "$status" "$wanted" "${verdict//|/\\|}"
  git checkout -q .
done
exit "$failed"

#!/usr/bin/env bash
# The steps of .github/actions/gate, which can so be tried without GitHub
# (scripts/gate_action_test.go):
#
#   gate-action.sh install   builds notifybench, unless NOTIFYBENCH names one
#   gate-action.sh gate      runs it; ends with the exit code of "notifybench gate"
#   gate-action.sh comment   puts the report under the pull request
#
# What they are told comes by environment variables: GATE_* from the inputs of the action,
# GITHUB_* and RUNNER_TEMP from GitHub. None of it becomes part of a command's text.
set -euo pipefail

marker='<!-- notifybench gate -->'

say() { printf 'notifybench gate: %s\n' "$*"; }

# fail says what is wrong in one line, as an annotation too, and ends with exit code 2.
fail() {
  printf '::error title=notifybench gate::%s\n' "$*"
  exit 2
}

# output hands a value to later steps; it is one line.
output() { printf '%s=%s\n' "$1" "$(printf '%s' "$2" | tr -d '\r\n')" >>"${GITHUB_OUTPUT:-/dev/null}"; }

install() {
  local bin=${NOTIFYBENCH:-}
  if [ -z "$bin" ]; then
    command -v go >/dev/null || fail 'go is not installed: put actions/setup-go before this action'
    local dir root
    dir=$(mktemp -d "${RUNNER_TEMP:-/tmp}/notifybench-bin.XXXXXX")
    bin=$dir/notifybench
    # The flags and workspace of what is gated are not ours.
    unset GOFLAGS
    export GOWORK=off
    if [ -n "${GATE_VERSION:-}" ]; then
      GOBIN=$dir go install "github.com/notifybench/notifybench/cmd/notifybench@$GATE_VERSION"
    else
      root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
      go build -C "$root" -o "$bin" ./cmd/notifybench
    fi
  fi
  output notifybench "$bin"
}

# event reads a field of the event, a jq filter; empty where there is none.
event() {
  [ -r "${GITHUB_EVENT_PATH:-}" ] || return 0
  jq -r "$1 // empty" "$GITHUB_EVENT_PATH"
}

is_commit() { git rev-parse --verify --quiet --end-of-options "$1^{commit}" >/dev/null; }

# base is what to compare with.
base() {
  local before
  if [ -n "${GATE_BASE:-}" ]; then
    printf '%s\n' "$GATE_BASE"
    return
  fi
  case ${GITHUB_EVENT_NAME:-} in
    pull_request | pull_request_target) printf 'origin/%s\n' "${GITHUB_BASE_REF:?}" ;;
    merge_group) event .merge_group.base_sha ;;
    *)
      # Of a new branch it is all zeros, after a forced push it is gone.
      before=$(event .before)
      if [ -n "$before" ] && is_commit "$before"; then
        printf '%s\n' "$before"
      else
        printf 'HEAD^\n'
      fi
      ;;
  esac
}

# base_problem says what is wrong with the base, before anything is built; nothing: it is there.
base_problem() {
  if is_commit "$1" && git merge-base "$(git rev-parse --end-of-options "$1" | tail -n 1)" HEAD >/dev/null; then
    return
  fi
  if [ "$(git rev-parse --is-shallow-repository)" = true ]; then
    echo 'the checkout has no history to take the base from: give actions/checkout "fetch-depth: 0"'
  else
    echo 'the base is not known in the checkout, or has no commit in common with it'
  fi
}

# each appends a flag for every line of a text that is not blank.
each() {
  local line
  while IFS= read -r line; do
    line=${line#"${line%%[![:space:]]*}"}
    line=${line%"${line##*[![:space:]]}"}
    if [ -n "$line" ]; then args+=("$1$line"); fi
  done <<<"$2"
}

# measure runs the gate and keeps what it prints. What servers and commits say is printed
# too: GitHub must not take it for its commands. The child does not get the files by which
# later steps are told something.
measure() {
  local token pid tee status=0 stopped=
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '::stop-commands::%s\n' "$token"
  exec 3> >(tee "$1")
  tee=$!
  env -u GITHUB_ENV -u GITHUB_PATH -u GITHUB_OUTPUT -u GITHUB_STATE -u GITHUB_STEP_SUMMARY \
    "$NOTIFYBENCH" "${args[@]}" >&3 2>&1 3>&- &
  pid=$!
  exec 3>&-
  # A job that is cancelled: the gate leaves a partial record and removes its worktree. A
  # second signal would end it at once.
  trap 'if [ -z "$stopped" ]; then stopped=yes; kill -TERM "$pid" 2>/dev/null || :; fi' INT TERM
  wait "$pid" || status=$?
  while [ -n "$stopped" ]; do # a signal ended the wait, not the gate
    status=0
    wait "$pid" || status=$?
    kill -0 "$pid" 2>/dev/null || break
  done
  trap - INT TERM
  wait "$tee" || :
  printf '::%s::\n' "$token"
  return "$status"
}

# page is the report, or what there is to say without one. What the program printed stands
# indented: Markdown shows it as it is.
page() {
  if [ -s "$record/gate.md" ]; then
    cat "$record/gate.md"
    return
  fi
  printf '## notifybench gate: no verdict (exit code %s)\n\n' "$1"
  printf 'It ended before there was anything to report. Its last words:\n\n'
  tail -n 20 "$out/log.txt" | tr -d '\r' | sed 's/^/    /'
}

# finish shows what there is, hands it to later steps, and ends with the gate's exit code.
finish() {
  local verdict=''
  record=''
  if [ -d "$out/latest" ]; then
    record=$(cd "$out/latest" && pwd -P)
    # Annotations and nothing else: the file has words from outside in it.
    grep -E '^::(error|warning|notice)( [^:]*)?::' "$record/github.txt" 2>/dev/null || :
    verdict=$(jq -r '.verdict // empty' "$record/gate.json" 2>/dev/null) || :
  else
    printf '::error title=notifybench gate::no verdict (exit code %s): see the log\n' "$1"
  fi
  page "$1" >"$out/report.md"
  cat "$out/report.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
  output code "$1"
  output verdict "$verdict"
  output record "$record"
  output report "$out/report.md"
  exit "$1"
}

gate() {
  cd "${GITHUB_WORKSPACE:-.}"
  cd -- "${GATE_DIRECTORY:-.}"
  [ -x "${NOTIFYBENCH:-}" ] || fail 'notifybench is not installed'
  local ref problem status=0
  out=$(mktemp -d "${RUNNER_TEMP:-/tmp}/notifybench-gate.XXXXXX")
  ref=$(base)
  problem=$(base_problem "$ref")
  if [ -n "$problem" ]; then
    say "$problem" | tee "$out/log.txt"
    finish 2
  fi
  args=(gate "--base=$ref" "--out=$out")
  if [ -n "${GATE_POLICY:-}" ]; then args+=("--policy=$GATE_POLICY"); fi
  if [ -n "${GATE_BUDGET:-}" ]; then args+=("--budget=$GATE_BUDGET"); fi
  if [ -n "${GATE_ON_INCONCLUSIVE:-}" ]; then args+=("--on-inconclusive=$GATE_ON_INCONCLUSIVE"); fi
  each --servers= "${GATE_SERVERS:-}"
  args+=(--)
  each '' "${GATE_ROWS:-}"
  measure "$out/log.txt" || status=$?
  finish "$status"
}

# api METHOD PATH [FILE] calls GitHub; the answer is in $work/answer. The token stands in a
# file, not among the arguments, which every process may read.
api() {
  local code data=()
  if [ $# -gt 2 ]; then data=(--data-binary "@$3"); fi
  code=$(curl --silent --show-error --max-time 30 --header "@$work/headers" --request "$1" \
    --output "$work/answer" --write-out '%{http_code}' ${data[@]+"${data[@]}"} "$api_url/$2") || code=000
  case $code in
    2??) ;;
    *)
      say "$1 $2: HTTP $code"
      return 1
      ;;
  esac
}

# earlier is the id of the comment that we made before; empty: there is none.
earlier() {
  local page id
  for page in {1..20}; do
    api GET "issues/$1/comments?per_page=100&page=$page" >&2 || return 1
    id=$(jq -r --arg marker "$marker" '[.[] | select(.body // "" | startswith($marker)) | .id] | first // empty' "$work/answer") || return 1
    if [ -n "$id" ]; then
      printf '%s\n' "$id"
      return
    fi
    if [ "$(jq length "$work/answer")" -lt 100 ]; then return; fi
  done
}

# publish replaces the comment that we made before, or makes one. GitHub takes 65,536
# characters.
publish() {
  local id
  {
    printf '%s\n' "$marker"
    head -c 60000 "$GATE_REPORT"
    if [ "$(wc -c <"$GATE_REPORT")" -gt 60000 ]; then printf '\n\n… cut here: the whole report is in the summary of the job.\n'; fi
  } | jq -Rs '{body: .}' >"$work/comment"
  id=$(earlier "$1") || return 1
  if [ -n "$id" ]; then
    api PATCH "issues/comments/$id" "$work/comment"
  else
    api POST "issues/$1/comments" "$work/comment"
  fi
}

# comment fails for nothing: the verdict is the gate's.
comment() {
  local number
  case ${GITHUB_EVENT_NAME:-} in
    pull_request | pull_request_target) ;;
    *)
      say 'no pull request: no comment'
      return
      ;;
  esac
  if [ -z "${GATE_TOKEN:-}" ]; then
    say 'no token: no comment'
    return
  fi
  if ! command -v jq >/dev/null || ! command -v curl >/dev/null; then
    say 'jq or curl is not installed: no comment'
    return
  fi
  number=$(event .pull_request.number)
  if [[ ! $number =~ ^[0-9]+$ ]]; then
    say 'the event names no pull request: no comment'
    return
  fi
  work=$(mktemp -d "${RUNNER_TEMP:-/tmp}/notifybench-comment.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  api_url=${GITHUB_API_URL:-https://api.github.com}/repos/$GITHUB_REPOSITORY
  printf '%s\n' "Authorization: Bearer $GATE_TOKEN" 'Accept: application/vnd.github+json' \
    'Content-Type: application/json' 'X-GitHub-Api-Version: 2022-11-28' >"$work/headers"
  if publish "$number"; then
    say "the report is under pull request $number"
  else
    printf '::warning title=notifybench gate::%s\n' \
      'no comment could be made: does the job have "pull-requests: write"? (from a fork it has not)'
  fi
}

case ${1:-} in
  install | gate | comment) "$1" ;;
  *)
    echo "usage: $0 install | gate | comment" >&2
    exit 2
    ;;
esac

#!/usr/bin/env bash
# PostgreSQL and Redis for tests and scenarios: private ones, on free loopback ports,
# with random passwords and data of their own. Nothing of the system's own clusters is
# used or touched, and stop leaves nothing behind.
#
#   eval "$(scripts/services.sh start | sed 's/^/export /')"
#   scripts/services.sh status | stop
#   scripts/services.sh restart-postgres | kill-postgres | restart-redis
#
# start prints DATABASE_URL=… and REDIS_URL=…, and says all else on standard error; run
# again it prints the same. kill-postgres is restart-postgres without a shutdown: the
# data is recovered from the log, as after a crash. fsync stays on. What runs is written
# down in .services/ of the checkout; the data lies in a folder of $TMPDIR or /tmp.
set -euo pipefail
umask 077
cd "$(dirname "$0")/.."

readonly state=$PWD/.services
readonly name=notifybench-services
readonly wait_seconds=60
dir=  # the private folder
via=  # system: the system's packages; docker
pgbin= # folder of PostgreSQL's programs

say() { printf '%s\n' "services: $*" >&2; }
die() { say "$*"; exit 1; }

# as COMMAND…: runs it as the user that owns the data (PostgreSQL refuses to run as
# root), with nothing of our environment: PGPORT and the like would be obeyed.
as() {
	local clean=(env -i "PATH=$PATH" LC_ALL=C)
	if [ "$(id -u)" -ne 0 ]; then
		"${clean[@]}" "$@"
	elif command -v setpriv >/dev/null; then
		setpriv --reuid="$(user)" --regid="$(id -g "$(user)")" --clear-groups -- "${clean[@]}" "$@"
	else
		runuser -u "$(user)" -- "${clean[@]}" "$@"
	fi
}

user() { if id -u postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi; }

find_postgres() {
	local d
	# Debian keeps them out of the PATH, a folder for each version: the newest is taken.
	while read -r d; do
		if [ -x "$d/initdb" ] && [ -x "$d/pg_ctl" ] && [ -x "$d/postgres" ]; then
			pgbin=$d
			return 0
		fi
	done < <(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -rV
		dirname "$(command -v initdb || echo none/none)")
	return 1
}

installed() { find_postgres && command -v redis-server >/dev/null; }

# provide finds the programs, or installs them, or settles for Docker.
provide() {
	via=system
	if installed; then return; fi
	if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
		say "installing PostgreSQL and Redis"
		if { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
			postgresql redis-server; } >&2 && installed; then return; fi
	fi
	if docker info >/dev/null 2>&1; then
		via=docker
		return
	fi
	die "PostgreSQL and Redis are not installed: sudo apt-get install postgresql redis-server"
}

secret() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# free_port chooses one below those that the system gives to clients, so that it is
# still free after a restart.
free_port() {
	local port i
	for ((i = 0; i < 100; i++)); do
		port=$((20000 + RANDOM % 12000))
		if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
			echo "$port"
			return
		fi
	done
	die "no free port between 20000 and 32000"
}

# take KEY and keep KEY VALUE: what is written down.
take() { cat "$state/$1" 2>/dev/null || true; }
keep() { printf '%s\n' "$2" >"$state/$1"; }

load() {
	dir=$(take dir)
	via=$(take via)
	case $dir in */"$name".*) ;; *) dir= ;; esac # nothing else is ever removed
	[ "$via" = docker ] || find_postgres || true
}

# pid NAME: that of a service of ours which runs.
pid() {
	local p mark
	case $via:$1 in
	docker:*)
		p=$(docker inspect -f '{{if .State.Running}}{{.State.Pid}}{{end}}' "$(take "$1-container")" 2>/dev/null)
		[ -n "$p" ] && echo "$p"
		return
		;;
	*:postgres) p=$(head -n1 "$dir/postgres/postmaster.pid" 2>/dev/null) mark="$dir/postgres" ;;
	*:redis) p=$(cat "$dir/redis/pid" 2>/dev/null) mark="127.0.0.1:$(take redis-port)" ;;
	esac
	# A number alone could be another process's by now.
	[ -n "$p" ] && ps -o args= -p "$p" 2>/dev/null | grep -qF -- "$mark" && echo "$p"
}

# until_true WHAT COMMAND…: waits for it.
until_true() {
	local what=$1 i
	shift
	for ((i = 0; i < wait_seconds * 10; i++)); do
		if "$@" >/dev/null 2>&1; then return; fi
		sleep 0.1
	done
	say "$what: not within $wait_seconds s"
	return 1
}

gone() { ! pid "$1" >/dev/null; }

answers() {
	case $via:$1 in # Docker itself takes connections before anyone listens
	docker:postgres) docker exec "$(take postgres-container)" pg_isready -q -h 127.0.0.1 ;;
	docker:redis) docker exec "$(take redis-container)" redis-cli ping ;;
	*) (exec 3<>"/dev/tcp/127.0.0.1/$(take "$1-port")") 2>/dev/null ;;
	esac
}

up() { pid "$1" && answers "$1"; }

init_postgres() {
	local pw=$1
	printf '%s\n' "$pw" >"$dir/password"
	own "$dir"
	as "$pgbin/initdb" -D "$dir/postgres" -U notifybench --pwfile="$dir/password" \
		--auth=scram-sha-256 -E UTF8 --locale=C >"$dir/initdb.log" 2>&1 || {
		cat "$dir/initdb.log" >&2
		return 1
	}
	rm "$dir/password"
	# 300 connections: some rows of some processes with a pool each.
	cat >>"$dir/postgres/postgresql.conf" <<-CONF
		listen_addresses = '127.0.0.1'
		unix_socket_directories = ''
		max_connections = 300
	CONF
}

own() { if [ "$(id -u)" -eq 0 ]; then chown -R "$(user):" "$1"; fi; }

# up_postgres and up_redis start on the port and the data written down.
up_postgres() {
	if [ "$via" = docker ]; then
		docker start "$(take postgres-container)" >/dev/null
	else
		as "$pgbin/pg_ctl" -D "$dir/postgres" -l "$dir/postgres.log" -w -t "$wait_seconds" \
			-o "-p $(take postgres-port)" start >/dev/null || {
			tail -n 20 "$dir/postgres.log" >&2
			return 1
		}
	fi
	until_true "PostgreSQL answers" up postgres
}

up_redis() {
	if [ "$via" = docker ]; then
		docker start "$(take redis-container)" >/dev/null
	else
		as redis-server "$dir/redis/redis.conf"
	fi
	until_true "Redis answers" up redis || {
		tail -n 20 "$dir/redis/log" >&2
		return 1
	}
}

# down_postgres MODE: fast (what runs is rolled back) or immediate (a crash).
down_postgres() {
	if gone postgres; then return; fi
	case $via:$1 in
	docker:fast) docker stop "$(take postgres-container)" >/dev/null ;;
	docker:*) docker kill "$(take postgres-container)" >/dev/null ;;
	*) as "$pgbin/pg_ctl" -D "$dir/postgres" -w -t "$wait_seconds" -m "$1" stop >/dev/null ;;
	esac
}

down_redis() {
	local p
	if ! p=$(pid redis); then return; fi
	if [ "$via" = docker ]; then
		docker stop "$(take redis-container)" >/dev/null
		return
	fi
	kill "$p"
	until_true "Redis ends" gone redis || kill -KILL "$p"
}

# create_postgres and create_redis PASSWORD: a new one on a free port.
create_postgres() {
	keep postgres-port "$(free_port)"
	if [ "$via" = docker ]; then
		printf 'POSTGRES_USER=notifybench\nPOSTGRES_DB=postgres\nPOSTGRES_PASSWORD=%s\n' "$1" >"$dir/env"
		keep postgres-container "$(docker create --env-file "$dir/env" \
			-p "127.0.0.1:$(take postgres-port):5432" postgres:15 -c max_connections=300)"
		rm "$dir/env"
	else
		init_postgres "$1"
	fi
	up_postgres
}

create_redis() {
	keep redis-port "$(free_port)"
	if [ "$via" = docker ]; then
		printf 'REDIS_PASSWORD=%s\n' "$1" >"$dir/env"
		# shellcheck disable=SC2016 # for the shell in the container
		keep redis-container "$(docker create --env-file "$dir/env" -p "127.0.0.1:$(take redis-port):6379" redis:7 \
			sh -c 'printf "requirepass %s\n" "$REDIS_PASSWORD" >/tmp/conf && exec redis-server /tmp/conf')"
		rm "$dir/env"
	else
		mkdir "$dir/redis"
		# Data outlives a restart and is not written out while anyone measures.
		cat >"$dir/redis/redis.conf" <<-CONF
			bind 127.0.0.1
			port $(take redis-port)
			requirepass $1
			dir "$dir/redis"
			pidfile "$dir/redis/pid"
			logfile "$dir/redis/log"
			daemonize yes
			save 86400 1
		CONF
		own "$dir/redis"
	fi
	up_redis
}

print_urls() { cat "$state/urls"; }

start() {
	load
	if [ -n "$dir" ] && [ -f "$state/urls" ] && pid postgres >/dev/null && pid redis >/dev/null; then
		say "running already"
		print_urls
		return
	fi
	stop # what an interrupted start or a reboot has left
	trap 'stop || true' EXIT # until all is well; a start that fails half-way leaves nothing
	trap 'exit 130' INT TERM HUP
	provide
	mkdir "$state"
	printf '*\n' >"$state/.gitignore"
	dir=$(mktemp -d "${TMPDIR:-/tmp}/$name.XXXXXX")
	keep dir "$dir"
	keep via "$via"
	local pg_secret redis_secret
	pg_secret=$(secret)
	redis_secret=$(secret)
	create_postgres "$pg_secret"
	create_redis "$redis_secret"
	{
		echo "DATABASE_URL=postgres://notifybench:$pg_secret@127.0.0.1:$(take postgres-port)/postgres?sslmode=disable"
		echo "REDIS_URL=redis://default:$redis_secret@127.0.0.1:$(take redis-port)/0"
	} >"$state/urls"
	if [ "$(stat -f -c %T "$dir" 2>/dev/null)" = tmpfs ]; then
		say "$dir lies in memory: an fsync costs nothing there; set TMPDIR to a folder on a disk to measure stores"
	fi
	print_urls
	trap - EXIT INT TERM HUP
}

stop() {
	load
	if [ -n "$dir" ]; then
		down_redis || true
		down_postgres fast || down_postgres immediate
		if [ "$via" = docker ]; then
			docker rm -f -v "$(take postgres-container)" "$(take redis-container)" >/dev/null 2>&1 || true
		fi
		rm -rf "$dir"
	fi
	rm -rf "$state"
}

status() {
	local s missing=0
	load
	for s in postgres redis; do
		if [ -n "$dir" ] && pid "$s" >/dev/null; then
			echo "$s: runs as process $(pid "$s") on 127.0.0.1:$(take "$s-port")"
		else
			echo "$s: does not run"
			missing=1
		fi
	done
	return $missing
}

# again DOWN… UP: one of a pair that runs, down and up again.
again() {
	load
	[ -n "$dir" ] || die "nothing runs: scripts/services.sh start"
	"${@:1:$#-1}"
	"${@: -1}"
}

# One at a time in each checkout: this script is the lock. What is started here must not
# inherit it, or it would hold it.
locked() {
	exec 9<"scripts/services.sh"
	if command -v flock >/dev/null; then flock 9; fi
	"$@" 9<&-
}

case ${1:-} in
start) locked start ;;
stop) locked stop ;;
status) status ;;
restart-postgres) locked again down_postgres fast up_postgres ;;
kill-postgres) locked again down_postgres immediate up_postgres ;;
restart-redis) locked again down_redis up_redis ;;
*)
	say "start, stop, status, restart-postgres, kill-postgres or restart-redis"
	exit 2
	;;
esac

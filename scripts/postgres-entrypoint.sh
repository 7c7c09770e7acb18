#!/usr/bin/env bash
# Entrypoint of the image that postgres-image.sh builds: the official image's contract, as far as tools rely on it.
# https://hub.docker.com/_/postgres, "How to extend this image"
set -euo pipefail

# NAME, or what is in the file that NAME_FILE names (a mounted secret).
variable() {
    local file="${1}_FILE"
    if [ -n "${!1:-}" ] && [ -n "${!file:-}" ]; then
        echo >&2 "error: both $1 and $file are set, and they exclude each other"
        exit 1
    fi
    if [ -n "${!file:-}" ]; then
        printf -v "$1" '%s' "$(<"${!file}")"
        export "${1?}"
    elif [ -z "${!1:-}" ]; then
        export "$1=${2:-}"
    fi
    unset "$file"
}

as_owner() {
    # The maintenance server: socket only, so that nobody outside mistakes it for the real one.
    psql --set ON_ERROR_STOP=1 --no-password --no-psqlrc --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" "$@"
}

initialise() {
    if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
        cat >&2 <<'MESSAGE'
error: the database is new and no password is given for its superuser

hint: docker run -e POSTGRES_PASSWORD=... , or -e POSTGRES_HOST_AUTH_METHOD=trust where anybody may connect
MESSAGE
        exit 1
    fi
    local arguments=()
    # Arguments in one variable, quoted as for a shell, as the official image reads them.
    eval "arguments=(${POSTGRES_INITDB_ARGS:-})"
    initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") \
        --auth-local=trust --auth-host=trust ${arguments[@]+"${arguments[@]}"} -D "$PGDATA"
    printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"
    # Reached from outside, everybody proves who they are, also through this machine's own address.
    sed -i -E 's/^(host\s+all\s+all\s+(127\.0\.0\.1\/32|::1\/128)\s+).*/\1'"${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}"'/' "$PGDATA/pg_hba.conf"

    # Nothing to run in it: no need for a server that is started only to be stopped again.
    if [ "$POSTGRES_DB" = postgres ] && [ -z "$(ls -A /docker-entrypoint-initdb.d)" ]; then
        return
    fi
    # As the caller starts it (its -c options, its -D), but on the socket only.
    pg_ctl -D "$PGDATA" -w start -o "$(printf '%q ' "${@:2}" -c listen_addresses= -p "${PGPORT:-5432}")"
    if [ "$POSTGRES_DB" != postgres ]; then
        POSTGRES_DB=postgres as_owner --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
    fi
    local file
    for file in /docker-entrypoint-initdb.d/*; do
        echo "$0: $file"
        case $file in
            *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
            *.sql) as_owner -f "$file" ;;
            *.sql.gz) gunzip -c "$file" | as_owner ;;
            *.sql.xz) xz -dc "$file" | as_owner ;;
            *.sql.zst) zstd -dc "$file" | as_owner ;;
            '/docker-entrypoint-initdb.d/*') ;;
            *) echo "$0: ignoring $file" ;;
        esac
    done
    pg_ctl -D "$PGDATA" -m fast -w stop
}

main() {
    # `docker run IMAGE -c fsync=off`
    if [ "${1:0:1}" = - ]; then
        set -- postgres "$@"
    fi
    if [ "${1:-}" != postgres ]; then
        exec "$@"
    fi
    for argument in "$@"; do
        case $argument in
            -'?' | --help | --describe-config | -V | --version) exec "$@" ;;
        esac
    done

    export PGDATA="${PGDATA:-/var/lib/postgresql/data}"
    if [ "$(id -u)" = 0 ]; then
        mkdir -p "$PGDATA" /var/run/postgresql
        chmod 700 "$PGDATA"
        chmod 3777 /var/run/postgresql
        find "$PGDATA" /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
        exec setpriv --reuid=postgres --regid=postgres --init-groups "$BASH_SOURCE" "$@"
    fi

    variable POSTGRES_PASSWORD
    variable POSTGRES_USER postgres
    variable POSTGRES_DB "$POSTGRES_USER"
    variable POSTGRES_INITDB_ARGS
    : "${POSTGRES_HOST_AUTH_METHOD:=}"
    if [ ! -s "$PGDATA/PG_VERSION" ]; then
        initialise "$@"
    fi
    # Debian's packages listen on localhost unless told otherwise; a -c of the caller comes later and wins.
    exec "$1" -c listen_addresses='*' "${@:2}"
}

main "$@"

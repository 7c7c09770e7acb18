#!/usr/bin/env bash
# Builds a container image with PostgreSQL from Debian's packages, for machines that can pull no image from a registry.
#
#   scripts/postgres-image.sh [--major 17] [--suite trixie] [--tag meshhook/postgres:17] [--force]
#
# The result behaves like the official `postgres` image as far as tools rely on it: the same variables (POSTGRES_PASSWORD,
# POSTGRES_USER, POSTGRES_DB, POSTGRES_HOST_AUTH_METHOD, POSTGRES_INITDB_ARGS, PGDATA), scripts in
# /docker-entrypoint-initdb.d, `docker run IMAGE -c fsync=off`. Does nothing when the tag is there already.
# Needs root, for debootstrap and chroot, and an engine that `docker import` can talk to.
set -euo pipefail

major=17
suite=trixie # the Debian release that has PostgreSQL 17
tag=
force=no

say() { printf '%s\n' "postgres-image: $*" >&2; }
fail() { say "$*"; exit 1; }

while [ $# -gt 0 ]; do
    case $1 in
        --major) major=${2:?--major needs a number}; shift 2 ;;
        --suite) suite=${2:?--suite needs a name}; shift 2 ;;
        --tag) tag=${2:?--tag needs a name}; shift 2 ;;
        --force) force=yes; shift ;;
        -h | --help) sed -n '2,/^set /{/^set /!s/^# \{0,1\}//p}' "$0"; exit 0 ;;
        *) fail "\`$1\` is not understood; see --help" ;;
    esac
done
case $major in '' | *[!0-9]*) fail "\`$major\` is no major version of PostgreSQL" ;; esac
tag=${tag:-meshhook/postgres:$major}

command -v docker >/dev/null || fail "docker is not installed"
docker version >/dev/null 2>&1 || fail "the container engine does not answer; start it and try again"
if [ "$force" = no ] && docker image inspect "$tag" >/dev/null 2>&1; then
    say "$tag is there already"
    exit 0
fi
[ "$(id -u)" = 0 ] || fail "debootstrap needs root; run it with sudo"
command -v apt-get >/dev/null || fail "building from packages works on Debian and its kin; here, pull an image instead"

# A debootstrap that is there but knows no such suite is too old; its package brings the scripts.
if ! command -v debootstrap >/dev/null || [ ! -e "/usr/share/debootstrap/scripts/$suite" ]; then
    say "installing debootstrap"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap debian-archive-keyring >/dev/null
fi

# Where this machine takes Debian's packages from; debootstrap's own default where it takes none (Ubuntu, say).
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -E '/debian/?$' | head -n 1 || true)
# debootstrap downloads with wget, which heeds the environment and not apt's settings.
proxy=
eval "$(apt-config shell proxy Acquire::http::Proxy)"
if [ -n "$proxy" ] && [ "$proxy" != DIRECT ]; then
    export http_proxy="${http_proxy:-$proxy}" https_proxy="${https_proxy:-$proxy}"
fi

work=$(mktemp -d /var/tmp/meshhook-image.XXXXXX)
root=$work/root
cleanup() {
    # Never remove what is still mounted: /proc of the machine would be next.
    if ! grep -q " $root/" /proc/mounts || umount -R "$root/proc"; then
        rm -rf "$work"
    fi
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say "installing Debian $suite"
mkdir "$root"
debootstrap --variant=minbase "$suite" "$root" ${mirror:+"$mirror"} >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; fail "debootstrap failed"; }

# Inside, apt goes the way it goes outside; nothing of that stays in the image.
apt-config dump | grep -E '^Acquire::(http|https)::(Proxy|CAInfo|Verify)' >"$root/etc/apt/apt.conf.d/99build" || true
# An https mirror needs certificates, and the package for them would have to come from there.
mkdir -p "$root/etc/ssl/certs"
[ ! -e /etc/ssl/certs/ca-certificates.crt ] || cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
cp -L /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
[ -z "$mirror" ] || printf 'deb %s %s main\n' "$mirror" "$suite" >"$root/etc/apt/sources.list"

# No service starts while packages are configured, and no cluster is made: the entrypoint makes it.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
mkdir -p "$root/etc/postgresql-common"
printf 'create_main_cluster = false\n' >"$root/etc/postgresql-common/createcluster.conf"
# Nobody reads manuals in there.
printf 'path-exclude=/usr/share/%s/*\n' doc man info locale >"$root/etc/dpkg/dpkg.cfg.d/slim"

say "installing PostgreSQL $major"
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" "$@"; }
mount -t proc proc "$root/proc"
{
    inside apt-get update
    inside apt-get install -y --no-install-recommends "postgresql-$major"
} >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; fail "PostgreSQL $major cannot be installed from Debian $suite"; }
umount "$root/proc"

version=$(inside "/usr/lib/postgresql/$major/bin/postgres" --version | awk '{ print $3 }')
rm -rf "$root"/usr/sbin/policy-rc.d "$root"/etc/apt/apt.conf.d/99build "$root"/etc/resolv.conf \
    "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/var/cache/debconf/*-old "$root"/var/log/* \
    "$root"/usr/share/{doc,man,info,locale}/* "$root"/tmp/* "$root"/etc/ssl/private/* "$root"/etc/ssl/certs/ca-certificates.crt
# LLVM is half of it, and a throwaway server has no use for just-in-time compilation: without the library it is off.
rm -rf "$root"/usr/lib/*/libLLVM* "$root"/usr/lib/*/libz3.so* "$root"/usr/lib/postgresql/*/lib/{llvmjit*,bitcode} "$root"/usr/share/i18n/*
# nothing is installed into it later
: >"$root/etc/apt/sources.list"
install -m 755 "$(dirname "$0")/postgres-entrypoint.sh" "$root/usr/local/bin/docker-entrypoint.sh"
mkdir -p "$root/docker-entrypoint-initdb.d"
inside install -d -o postgres -g postgres -m 3777 /var/run/postgresql
inside install -d -o postgres -g postgres -m 1777 /var/lib/postgresql/data

say "importing $tag"
tar -C "$root" --numeric-owner -c . | docker import \
    --change "ENV PATH=/usr/lib/postgresql/$major/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
    --change "ENV LANG=C.UTF-8 PG_MAJOR=$major PG_VERSION=$version PGDATA=/var/lib/postgresql/data" \
    --change 'ENTRYPOINT ["docker-entrypoint.sh"]' \
    --change 'CMD ["postgres"]' \
    --change 'EXPOSE 5432' \
    --change 'VOLUME /var/lib/postgresql/data' \
    --change "LABEL dev.meshhook.image=postgres dev.meshhook.postgres=$version" \
    --message "PostgreSQL $version from Debian $suite" \
    - "$tag" >/dev/null
say "$tag is PostgreSQL $version"

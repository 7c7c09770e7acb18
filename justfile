# One line each, each calling cargo: nothing lives only here.

# everything the pre-merge gate checks
check *ARGS:
    cargo xtask db check {{ARGS}}

# every migration up, down and up again on a throwaway Postgres
verify *ARGS:
    cargo xtask db verify {{ARGS}}

# a new migration and its rollback
new NAME:
    cargo xtask db new {{NAME}}

# the development database
up *ARGS:
    cargo xtask db up {{ARGS}}

down *ARGS:
    cargo xtask db down {{ARGS}}

redo:
    cargo xtask db redo

reset:
    cargo xtask db reset

status:
    cargo xtask db status

log:
    cargo xtask db log

psql *ARGS:
    cargo xtask db psql -- {{ARGS}}

prepare:
    cargo xtask db prepare

doctor *ARGS:
    cargo xtask db doctor {{ARGS}}

test:
    cargo test --workspace

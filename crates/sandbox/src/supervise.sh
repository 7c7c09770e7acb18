# Runs a throwaway PostgreSQL server and cleans up after it, whatever becomes of the process that wanted it.
#
# usage: sh -c "$(cat supervise.sh)" meshhook-sandbox FOLDER POSTGRES [ARGUMENT…]
#
# Standard input is a pipe whose other end only that process holds. When it closes (on purpose, or because the process
# ended in any way, kill -9 included), the server is stopped at once and FOLDER, which is all it ever wrote to, is removed.
# A line on the pipe instead asks for a clean shutdown that leaves FOLDER alone. FOLDER/exit tells that the server ended.
trap '' INT HUP
folder=$1
shift
exec 3<&0
"$@" </dev/null >"$folder/log" 2>&1 3<&- &
server=$!
trap 'interrupted=yes; kill -QUIT "$server" 2>/dev/null' TERM
(
    trap - TERM
    signal=INT
    read -r _ <&3 || signal=QUIT
    # Once it has ended, its number may be somebody else's: then no more. Until it has set up its handlers a server ignores both
    # signals, as everything does that a shell starts in the background: so again.
    until [ -e "$folder/exit" ]; do
        kill -"$signal" "$server" 2>/dev/null || break
        sleep 0.02
    done
    [ "$signal" = INT ]
) &
watcher=$!
exec 3<&- </dev/null
while :; do
    interrupted=
    wait "$server"
    status=$?
    [ -n "$interrupted" ] || break
done
echo "$status" >"$folder/exit"
wait "$watcher" || rm -rf "$folder"

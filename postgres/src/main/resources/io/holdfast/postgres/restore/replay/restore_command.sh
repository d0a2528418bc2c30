#!/bin/sh
# restore_command of a cluster that holdfast restored. Called by the server, in its data directory, with the name of
# a file and the path where to put it. Exit codes, as PostgreSQL understands them:
#   0    the file is there, complete
#   1    recovery may end here: no such timeline, or the WAL ends before this segment
#   255  anything else: the server stops, and goes on from here when it is started again
set -u

name=$1
target=$2
state=${0%/*}
patience=@PATIENCE@
launched=
launches=0

give_up() {
    echo "holdfast: cannot restore $name: $1; recovery goes on when the server is started again" >&2
    exit 255
}

note() {
    printf '%s\n' "$name $1" > "$state/wanted.new" && mv -f "$state/wanted.new" "$state/wanted" ||
        give_up "cannot write to $state"
}

hand_over() {
    if [ -f "$state/wal/$name" ]; then
        note taken
        mv -f "$state/wal/$name" "$target" || give_up "cannot move it to $target"
        exit 0
    fi
    if [ -f "$state/wal/$name.absent" ]; then
        exit 1
    fi
}

report_error() {
    if [ -s "$state/error" ]; then
        give_up "$(head -n 1 "$state/error")"
    fi
}

# The line that says most: of a stack trace that is the first.
why_it_ended() {
    grep -E 'rror|xception' "$state/prefetch.log" | head -n 1 | grep . ||
        tail -n 1 "$state/prefetch.log" | grep . || echo "without a word"
}

beat() {
    cat "$state/beat" 2>/dev/null
}

is_alive() {
    pid=${launched:-$(cat "$state/prefetch.pid" 2>/dev/null)}
    [ -n "$pid" ] || return 1
    kill -0 "$pid" 2>/dev/null || [ -d "/proc/$pid" ]
}

launch() {
    true > "$state/prefetch.log" || give_up "cannot write to $state"
    # A session of its own, so that a shutdown of the server does not end it in the middle of a file.
    if command -v setsid >/dev/null 2>&1; then
        setsid @LAUNCHER@ --state "$PWD/$state" </dev/null >> "$state/prefetch.log" 2>&1 &
    else
        nohup @LAUNCHER@ --state "$PWD/$state" </dev/null >> "$state/prefetch.log" 2>&1 &
    fi
    launched=$!
    launches=$((launches + 1))
}

case $name in
*.history)
    if [ -f "$state/history/$name" ]; then
        # Not cp, which would keep it closed where the server lets its group read.
        cat "$state/history/$name" >"$target" || give_up "cannot copy it to $target"
        exit 0
    fi
    [ -d "$state/history" ] || give_up "there is no folder $state/history"
    exit 1
    ;;
*[!0-9A-F]*)
    give_up "it is neither a segment nor a timeline history"
    ;;
esac
[ ${#name} -eq 24 ] || give_up "it is neither a segment nor a timeline history"

hand_over
rm -f "$state/error"
note waiting
ticks=0
still=0
last_beat=$(beat)
while :; do
    hand_over
    report_error
    if ! is_alive || [ "$still" -ge 200 ]; then
        # Twice: the first may have been killed.
        if [ "$launches" -ge 2 ]; then
            hand_over
            report_error
            give_up "the prefetcher ended: $(why_it_ended)"
        fi
        launch
        still=0
    fi
    if [ "$ticks" -ge $((patience * 20)) ]; then
        give_up "the prefetcher has not brought it within $patience s"
    fi
    if sleep 0.05 2>/dev/null; then
        ticks=$((ticks + 1))
        still=$((still + 1))
    else
        sleep 1
        ticks=$((ticks + 20))
        still=$((still + 20))
    fi
    new_beat=$(beat)
    if [ "$new_beat" != "$last_beat" ]; then
        last_beat=$new_beat
        still=0
    fi
done

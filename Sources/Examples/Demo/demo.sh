#!/usr/bin/env bash
# Three sends through the sandbox: accepted at once, taken over by the second vendor, stopped for good.
set -euo pipefail
notify=$1
here=$(cd "$(dirname "$0")" && pwd)
log=$(mktemp)

"$notify" sandbox --port 0 --script "$here/script.json" >"$log" 2>&1 &
sandbox=$!
trap 'kill "$sandbox" 2>/dev/null || true; rm -f "$log"' EXIT

for _ in $(seq 100); do
    SANDBOX_ENDPOINT=$(sed -n 's/^sandbox listening on //p' "$log")
    [ -n "$SANDBOX_ENDPOINT" ] && break
    if ! kill -0 "$sandbox" 2>/dev/null; then cat "$log" >&2; exit 1; fi
    sleep 0.1
done
[ -n "$SANDBOX_ENDPOINT" ] || { echo "demo: the sandbox did not start" >&2; cat "$log" >&2; exit 1; }
export SANDBOX_ENDPOINT
echo "A fake vendor that checks every signature listens on $SANDBOX_ENDPOINT."

send() {
    local expected=$1 title=$2 number=$3 status=0
    printf '\n== %s\n$ notify send --to %s --template login-code --param code=271828\n' "$title" "$number"
    "$notify" send --config "$here/providers.yaml" --to "$number" --template login-code --param code=271828 || status=$?
    if [ "$status" -ne "$expected" ]; then
        echo "demo: expected exit status $expected, got $status" >&2
        exit 1
    fi
}

send 0 "accepted at once" 13800138001
send 0 "the first vendor is throttled, the next one takes it" 13800138002
send 1 "an illegal number is stopped at once" 13800138003

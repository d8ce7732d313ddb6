#!/usr/bin/env bash
# Audits a JSON array of 500 MB in gzip and fails if that takes more than 400 MiB of memory.
#
# usage: Benchmarks/array_memory.sh [--indent]
#
# Environment: SIZE (500M), LIMIT in KiB (409600), GRANTAUDIT (../.build/release/grantaudit), RULES (../Rules).
set -euo pipefail
cd "$(dirname "$0")"
SIZE=$(numfmt --from=auto "${SIZE:-500M}")
LIMIT=${LIMIT:-409600}
GRANTAUDIT=${GRANTAUDIT:-../.build/release/grantaudit}
RULES=${RULES:-../Rules}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 okta_array.py "$SIZE" "$@" | gzip -1 > "$folder/okta.json.gz"
code=0
/usr/bin/time -q -f '%U %S %e %M' -o "$folder/time" \
    "$GRANTAUDIT" audit "$folder/okta.json.gz" --database "$folder/db" --rules "$RULES" > "$folder/report" || code=$?
read -r user system wall memory < "$folder/time"
baseline=$( { /usr/bin/time -q -f '%U' gzip -dc "$folder/okta.json.gz" > "$folder/plain"; } 2>&1)
size=$(stat -c %s "$folder/plain")
echo "array_memory: $size bytes, exit $code, $wall s, user $user s, system $system s, $memory KiB (gzip -dc: $baseline s)"
grep -E 'okta.json.gz|lines|events' "$folder/report" | head -5
[ "$code" -le 1 ] && [ "$memory" -le "$LIMIT" ]

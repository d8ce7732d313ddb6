#!/usr/bin/env bash
# Measures what rules cost: the same events with no, a hundred and three thousand generated rules.
#
# usage: Benchmarks/rules.sh
#
# Environment: EVENTS (2000000), RULES (3000), REPEATS (3), GRANTAUDIT (../.build/release/grantaudit), HOST (uname -n).
# Writes results/DATE-HOST-rules.md.
set -euo pipefail
cd "$(dirname "$0")"

EVENTS=${EVENTS:-2000000}
RULES=${RULES:-3000}
REPEATS=${REPEATS:-3}
GRANTAUDIT=${GRANTAUDIT:-../.build/release/grantaudit}
HOST=${HOST:-$(uname -n)}
export LC_ALL=C

folder=data/rules-$EVENTS-$RULES
if ! [ -s "$folder/events.ndjson.zst" ] || [ generate_rules.py -nt "$folder/events.ndjson.zst" ]; then
    echo "rules: generating $folder" >&2
    rm -rf "$folder"
    python3 generate_rules.py "$folder" "$RULES" "$EVENTS"
    head -n 1 "$folder/events.ndjson" > "$folder/one.ndjson"
    zstd -3 -q --rm "$folder/events.ndjson"
fi

measurements=$folder/measurements.tsv
: > "$measurements"
for _ in $(seq "$REPEATS"); do
    for count in 0 100 "$RULES"; do
        # With a single event: what starting costs, which a longer log does not make longer.
        for input in one.ndjson events.ndjson.zst; do
            rm -f "$folder"/audit.db*
            python3 - "$measurements" "$count" "$input" "$GRANTAUDIT" audit "$folder/$input" --format process \
                --formats "$folder/formats" --rules "$folder/rules-$count" --database "$folder/audit.db" --quiet <<'PYTHON'
import resource, subprocess, sys
output, count, name, command = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
subprocess.run(command, check=True)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(output, "a") as file:
    print(count, name, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024, sep="\t", file=file)
PYTHON
        done
    done
done

result=results/$(date +%F)-$HOST-rules.md
python3 - "$measurements" "$EVENTS" "$REPEATS" "$(nproc)" "$(cut -d' ' -f1 /proc/loadavg)" > "$result" <<'PYTHON'
import collections, datetime, statistics, sys
path, events, repeats, cores, load = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5]
cpu, memory = collections.defaultdict(list), collections.defaultdict(list)
for line in open(path):
    count, name, seconds, mebibytes = line.split("\t")
    cpu[int(count), name].append(float(seconds))
    memory[int(count), name].append(int(mebibytes))
print(f"# What rules cost, {datetime.date.today()}\n")
print(f"Medians of {repeats} interleaved rounds, {events:,} process-creation events in zstd, {cores} logical cores, "
      f"load {load} at the end. The run without rules decodes the same fields.\n")
print("| rules | CPU s | of it starting | CPU µs an event | ÷ no rules | peak MiB |\n|---|---|---|---|---|---|")
base = None
for count in sorted({count for count, _ in cpu}):
    total = statistics.median(cpu[count, "events.ndjson.zst"])
    start = statistics.median(cpu[count, "one.ndjson"])
    each = (total - start) / events * 1e6
    base = base or each
    print(f"| {count} | {total:.2f} | {start:.2f} | {each:.3f} | {each / base:.2f} | "
          f"{statistics.median(memory[count, 'events.ndjson.zst']):.0f} |")
print("\n```\nBenchmarks/rules.sh\n```")
PYTHON
cat "$result"

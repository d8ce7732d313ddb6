#!/usr/bin/env bash
# Measures grantaudit against `zstd -dc | wc -l` and DuckDB on the same files in the same session.
#
# usage: Benchmarks/bench.sh [FORMAT...]      (flat keycloak-json)
#
# Environment: SIZE (1Gi), REPEATS (3), SEED (1), GRANTAUDIT (../.build/release/grantaudit),
# GRANTAUDIT_OPTIONS (--formats formats: options of `grantaudit audit`), RULES (../Rules), KIND (audit), HOST (uname -n).
# Exit code 1 if a program failed or the findings differ from the truth.
set -euo pipefail
cd "$(dirname "$0")"

SIZE=$(numfmt --from=auto "${SIZE:-1Gi}")
REPEATS=${REPEATS:-3}
SEED=${SEED:-1}
GRANTAUDIT=${GRANTAUDIT:-../.build/release/grantaudit}
GRANTAUDIT_OPTIONS=${GRANTAUDIT_OPTIONS:---formats formats}
RULES=${RULES:-../Rules}
FORMATS=("$@")
if [ ${#FORMATS[@]} -eq 0 ]; then FORMATS=(flat keycloak-json); fi
export LC_ALL=C

say() { echo "bench: $*" >&2; }

# timed OUTPUT COMMAND…: writes "user sys wall maxrss-KiB" of the command and its children to OUTPUT.
if [ -x /usr/bin/time ]; then
    timed() { local output=$1; shift; /usr/bin/time -q -f '%U %S %e %M' -o "$output" "$@"; }
else
    timed() {
        python3 - "$@" <<'PYTHON'
import resource, subprocess, sys, time
start = time.monotonic()
code = subprocess.call(sys.argv[2:])
wall, usage = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as file:
    print(usage.ru_utime, usage.ru_stime, wall, usage.ru_maxrss, file=file)
sys.exit(code)
PYTHON
    }
fi

swift build -c release --quiet
mkdir -p data results
generator=$(swift build -c release --show-bin-path)/generate-log

for format in "${FORMATS[@]}"; do
    name=data/$format-$SIZE-$SEED
    if [ -s "$name.log.zst" ] && [ "$name.log.zst" -nt "$generator" ]; then continue; fi
    say "generating $name.log.zst"
    "$generator" --format "$format" --bytes "$SIZE" --seed "$SEED" --truth "$name.truth" |
        zstd -3 -q -f -o "$name.part"
    mv "$name.part" "$name.log.zst"
done

have_grantaudit=1
if ! [ -x "$GRANTAUDIT" ]; then
    say "$GRANTAUDIT is not there; measuring without it (swift build -c release in the main package makes it)"
    have_grantaudit=0
fi
have_duckdb=1
if ! .venv/bin/python -c 'import duckdb' 2>/dev/null; then
    say "installing duckdb into .venv"
    if ! { python3 -m venv .venv && .venv/bin/pip install --quiet --disable-pip-version-check duckdb; } >&2; then
        say "PyPI cannot be reached; measuring without DuckDB"
        have_duckdb=0
    fi
fi

measurements=data/measurements.tsv
: > "$measurements"

# measure FORMAT PROGRAM COMMAND…: one line of measurements; the command's own words go to data/PROGRAM.log.
measure() {
    local format=$1 program=$2 code=0
    shift 2
    timed data/time.txt "$@" > "data/$program.log" 2>&1 || code=$?
    if [ "$code" -ne 0 ]; then say "$program on $format: exit code $code, see data/$program.log"; fi
    printf '%s\t%s\t%s\t%s\n' "$format" "$program" "$code" "$(tail -n 1 data/time.txt | tr ' ' '\t')" >> "$measurements"
}

for repeat in $(seq "$REPEATS"); do
    for format in "${FORMATS[@]}"; do
        say "round $repeat of $REPEATS: $format"
        input=data/$format-$SIZE-$SEED.log.zst
        cat "$input" > /dev/null
        measure "$format" zstd-wc bash -c 'set -o pipefail; zstd -dc "$1" | wc -l' - "$input"
        if [ "$have_grantaudit" = 1 ]; then
            rm -f "data/$format.db" "data/$format.db-wal" "data/$format.db-shm"
            # shellcheck disable=SC2086
            measure "$format" grantaudit "$GRANTAUDIT" audit "$input" --database "data/$format.db" --rules "$RULES" \
                --quiet $GRANTAUDIT_OPTIONS
        fi
        case $format in
        flat | keycloak-json)
            if [ "$have_duckdb" = 1 ]; then
                measure "$format" duckdb .venv/bin/python duckdb_job.py "$format" "$input" "data/$format.duckdb.db"
            fi
            ;;
        esac
    done
done

# A fast audit that finds the wrong things is worth nothing.
verdict=0
for format in "${FORMATS[@]}"; do
    : > "data/$format.check"
    if [ "$have_grantaudit" = 1 ]; then
        python3 check_truth.py "data/$format-$SIZE-$SEED.truth" "data/$format.db" "$format" > "data/$format.check" 2>&1 ||
            {
                say "$format: the findings differ from the truth, see data/$format.check"
                verdict=1
            }
    fi
done

SIZE=$SIZE SEED=$SEED REPEATS=$REPEATS RULES=$RULES GRANTAUDIT=$GRANTAUDIT GRANTAUDIT_OPTIONS=$GRANTAUDIT_OPTIONS \
    HOST=${HOST:-$(uname -n)} KIND=${KIND:-audit} python3 summarize.py "$measurements" || verdict=1
exit "$verdict"

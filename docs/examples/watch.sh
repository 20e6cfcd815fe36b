#!/bin/sh
# Reports what changed in a data package since the last run.
#
#   watch.sh ADDRESS FOLDER [WEBHOOK]
#
# FOLDER keeps the last edition and checks.csv, with one line for each run. WEBHOOK is any URL that
# Apprise supports: https://github.com/caronc/apprise/wiki
set -eu
address=$1 folder=$2 webhook=${3:-}

mkdir -p "$folder"
test -e "$folder/checks.csv" || echo "checked,address,changed" > "$folder/checks.csv"
record() {
    echo "$(date -u +%Y-%m-%dT%H:%M:%SZ),$address,$1" >> "$folder/checks.csv"
}

interopwatch export zip "$folder/new.zip" "$address"
if ! test -e "$folder/last.zip"; then
    record first
elif interopwatch diff "$folder/last.zip" "$folder/new.zip" --format stat --exit-code; then
    record no
else
    interopwatch report "$folder/last.zip" "$folder/new.zip" --format markdown -o "$folder/report.md"
    if test -n "$webhook"; then
        apprise --title "$address changed" --input-format markdown --body "$(cat "$folder/report.md")" \
            "$webhook"
    fi
    record yes
fi
mv "$folder/new.zip" "$folder/last.zip"

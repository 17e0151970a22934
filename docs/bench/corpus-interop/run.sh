#!/usr/bin/env bash
# What others make of our corpora. Needs Go, node, npm, jq, gzip and zstd; works in a temporary
# folder. Where something is missing it says so and skips; with CI=true that is a failure.
#   docs/bench/corpus-interop/run.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
missing() {
  echo "skipped: $*"
  [ "${CI:-}" = true ] && exit 1 || exit 0
}
step() { printf '\n== %s\n' "$*"; }

for tool in go node npm jq gzip zstd; do
  command -v "$tool" >/dev/null || missing "needs $tool"
done
cp "$here"/read.mjs "$here"/package.json "$work"
cd "$work"
npm install --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null || missing "npm cannot install what package.json names"
(cd "$root" && go build -o "$work" ./cmd/baoluu)
./baoluu demo --dir demo >/dev/null 2>&1
corpus() { ./baoluu export --archive demo/archive --version all "$@" 2>/dev/null; }
corpus --format jsonl --out lines

step "jq reads the lines, plain and packed, and the manifest"
articles=$(jq '[.newspapers[].count] | add' lines/manifest.json)
test "$articles" -gt 40
test "$(jq -s length lines/*.jsonl)" = "$articles"
test "$(jq -r '.articles | length' lines/manifest.json)" = "$articles"
jq -e 'type == "object" and .type == "article" and (.page | startswith(.site? // "")) and (.text | length > 0)' lines/*.jsonl >/dev/null
for packed in gz:gzip zst:zstd; do
  corpus --format jsonl --compress "${packed%:*}" --shard 3 --out "${packed%:*}"
  for f in "${packed%:*}"/*.jsonl.*; do "${packed#*:}" -dcq "$f"; done | cmp - <(cat lines/*.jsonl)
done
(cd lines && sha256sum --check --quiet SHA256SUMS)
echo "$articles articles, the same"

step "npm's hyparquet and DuckDB read the tables"
corpus --format parquet --out tables
node read.mjs tables lines

step "jq says what baoluu says of a text with captions"
corpus --format parquet --with captions,source --out more-tables
corpus --format jsonl --with captions,source --out more-lines
node read.mjs more-tables more-lines
diff <(jq -r '[.text] + .captions + [.source // empty] | join("\n\n")' lines/*.jsonl) <(jq -r .text more-lines/*.jsonl)
echo "the same"

step "clusters, labels and texts in another form are the same in both"
same=(--dedup keep=all --text-form old --where '!dump')
corpus --format parquet "${same[@]}" --out same-tables
corpus --format jsonl "${same[@]}" --out same-lines
node read.mjs same-tables same-lines
test "$(jq -s 'map(.cluster_size) | min' same-lines/*.jsonl)" = 1
test "$(jq -s 'map(select(.topic == null or (.labels | type) != "array")) | length' same-lines/*.jsonl)" -lt "$articles"

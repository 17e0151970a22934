#!/usr/bin/env bash
# What others make of our files, and we of theirs. Needs Go, node, npm, unzip, wget
# and Chromium (apt-get install chromium unzip wget); works in a temporary folder.
# Where something is missing it says so and skips; with CI=true that is a failure.
#   docs/bench/warc-interop/run.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
missing() {
  echo "skipped: $*"
  [ "${CI:-}" = true ] && exit 1 || exit 0
}
step() { printf '\n== %s\n' "$*"; }

for tool in go node npm unzip wget chromium; do
  command -v "$tool" >/dev/null || missing "needs $tool"
done
cp "$here"/*.mjs "$here"/package.json "$work"
cd "$work"
npm install --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null || missing "npm cannot install what package.json names"
(cd "$root" && go build -o "$work" ./cmd/baoluu ./docs/bench/warc-interop ./docs/bench/sampleserver)
./baoluu demo --dir demo >/dev/null

step "npm's warcio reads our WARC files: digests, CDXJ"
./baoluu export --archive demo/archive --format warc --out warc 2>/dev/null
node read.mjs warc

step "npm's replaywebpage shows our WACZ"
./baoluu export --archive demo/archive --format wacz --out wacz 2>/dev/null
for f in wacz/*.wacz; do node replay.mjs "$f"; done

step "wget saves the sample web; imported it cleans to the same articles"
./sampleserver > env.sh 2>/dev/null &
server=$!
while ! [ -s env.sh ]; do sleep 0.1; done
. ./env.sh
export http_proxy=$HTTP_PROXY https_proxy=$HTTPS_PROXY
echo 'sites: {dantri: {enabled: true, pace: 100ms}}' > config.yaml # the sample web may be asked fast
./baoluu crawl dantri --archive crawled --max-time 5m >/dev/null 2>&1
./baoluu export --archive crawled --format txt --out crawled-txt 2>/dev/null
./baoluu list --archive crawled --json | sed 's/.*"url":"\([^"]*\)".*/\1/' > urls.txt
for form in '' --no-warc-compression; do
  wget --quiet --ca-certificate="$SSL_CERT_FILE" --warc-file="saved$form" --no-warc-keep-log $form --input-file=urls.txt --output-document=/dev/null || true
  ./baoluu import --archive "imported$form" saved$form.warc*
  ./baoluu export --archive "imported$form" --format txt --out "imported$form-txt" 2>/dev/null
  diff -r -x manifest.json -x SHA256SUMS crawled-txt "imported$form-txt" # the two say when, which wget gives in whole seconds
done
echo "$(find crawled-txt -name '*.txt' | wc -l) articles, the same"

step "reading, against npm's warcio: records, milliseconds; seconds of wall and of processor time"
for _ in $(seq 80); do cat warc/*.warc.gz; done > large.warc.gz
measured() { local TIMEFORMAT="    %R s, processor %U s"; echo "$1"; time "${@:2}"; } 2>&1
for _ in $([ "${CI:-}" = true ] && echo 1 || echo 1 2 3); do # in CI nobody compares
  measured ours ./warc-interop large.warc.gz
  measured warcio node speed.mjs large.warc.gz
done

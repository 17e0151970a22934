#!/usr/bin/env bash
# Our crawl against wget and Scrapy that only save, and a bare Colly that parses and
# throws away: the sample server on the same
# machine, PAGES articles of 127 kB each (or FILL bytes), made before the measure, no pace. Run by
# hand; needs Go, wget and Debian's python3-scrapy. ROUNDS times, they take turns
# in changing order, so that what else the machine does hits all alike. It prints
# articles a second, ours over each, by the sums of all rounds so far, and the
# processor's milliseconds for an article; then the same by the best round of each, which
# is nearest to what it makes of a machine that nobody else uses.
#
#   docs/bench/crawl.sh                       # 3 rounds of 1,000 articles
#   PAGES=300 ROUNDS=1 FILL=300000 docs/bench/crawl.sh
#
# Each is given what suits it: ours and wget find the articles themselves, from the
# front page on (wget -r; with a list of addresses it would go through the links of
# each page again, and ask five times as often as it needs to), Scrapy and Colly have the list.
# Whoever misses an article ends the measure. ours fetches feeds, sitemaps and lists
# besides, keeps each, and cleans each article; only articles count, for all.
set -euo pipefail
cd "$(dirname "$0")/../.."
bench=$PWD/docs/bench pages=${PAGES:-1000} rounds=${ROUNDS:-3}
work=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
go build -o "$work/baoluu" ./cmd/baoluu
go build -o "$work/sampleserver" ./docs/bench/sampleserver
go build -o "$work/barecolly" ./docs/bench/barecolly
cd "$work"
./sampleserver -keep -site dantri -grow "$pages" -fill "${FILL:-126000}" >env.sh 2>server.log &
server=$!
until [ -s env.sh ]; do sleep 0.2; done
. ./env.sh
./sampleserver -list -site dantri -grow "$pages" >urls.txt
sed 's#.*/##' urls.txt | sort >names.txt
count=$(wc -l <urls.txt)
printf 'archive: %s/archive\nsites: {dantri: {pace: 0}}\n' "$work" >config.yaml

run_baoluu() { ./baoluu crawl dantri --config config.yaml --quiet; }
saved_baoluu() { ./baoluu list --config config.yaml --json | sed -n 's#.*"url":"[^"]*/\([^"/]*\)".*#\1#p'; }
run_wget() {
  cd out && wget -q -r -l inf -nd -A '*.htm' --ca-certificate="$SSL_CERT_FILE" \
    -e "http_proxy=$HTTP_PROXY" -e "https_proxy=$HTTPS_PROXY" --warc-file=all https://dantri.com.vn/
}
saved_wget() { ls out; }
run_scrapy() { cd out && URLS=$work/urls.txt scrapy runspider -s LOG_ENABLED=0 "$bench/spider/save.py"; }
saved_scrapy() { ls out; }
run_colly() { URLS=$work/urls.txt ./barecolly; }
saved_colly() { sed 's#.*/##' log.txt; }

# What the server makes when it is first asked for (lists, sitemaps; zipped and plain)
# is made for nobody in particular.
for name in baoluu wget; do
  rm -rf archive out && mkdir out
  (run_"$name" >log.txt 2>&1) || [ "$name" = wget ]
done

declare -A wall cpu best
TIMEFORMAT='%R %U %S'
measure() {
  local name=$1 taken missing
  rm -rf archive out && mkdir out
  sync # what the one before wrote is not for this one to wait for
  # wget ends with 8 where any address, an old one perhaps, was not found.
  taken=$({ time (run_"$name" >log.txt 2>&1 || [ "$name" = wget ]); } 2>&1) || { cat log.txt >&2; exit 1; }
  missing=$(saved_"$name" | sort | comm -23 names.txt - | wc -l)
  [ "$missing" = 0 ] || { echo "$name missed $missing of $count articles" >&2; exit 1; }
  read -r w u s <<<"$taken"
  wall[$name]=$(awk -v a="${wall[$name]:-0}" -v b="$w" 'BEGIN { print a + b }')
  cpu[$name]=$(awk -v a="${cpu[$name]:-0}" -v b="$u" -v c="$s" 'BEGIN { print a + b + c }')
  best[$name]=$(awk -v a="${best[$name]:-$w}" -v b="$w" 'BEGIN { print (b < a ? b : a) }')
}

order=(baoluu wget scrapy colly)
for round in $(seq "$rounds"); do
  for name in "${order[@]}"; do measure "$name"; done
  order=("${order[@]:1}" "${order[0]}")
  awk -v n="$((count * round))" -v r="$round" -v o="${wall[baoluu]}" -v w="${wall[wget]}" -v s="${wall[scrapy]}" -v c="${wall[colly]}" \
    -v oc="${cpu[baoluu]}" -v wc="${cpu[wget]}" -v sc="${cpu[scrapy]}" -v cc="${cpu[colly]}" 'BEGIN {
    printf "%d rounds: baoluu %.0f/s, wget %.0f/s, Scrapy %.0f/s, Colly %.0f/s: %.2f x wget, %.2f x Scrapy, %.2f x Colly; processor: %.1f, %.1f, %.1f, %.1f ms\n",
      r, n / o, n / w, n / s, n / c, w / o, s / o, c / o, 1000 * oc / n, 1000 * wc / n, 1000 * sc / n, 1000 * cc / n }'
  awk -v n="$count" -v o="${best[baoluu]}" -v w="${best[wget]}" -v s="${best[scrapy]}" -v c="${best[colly]}" 'BEGIN {
    printf "   the best of each: baoluu %.0f/s, wget %.0f/s, Scrapy %.0f/s, Colly %.0f/s: %.2f x wget, %.2f x Scrapy, %.2f x Colly\n",
      n / o, n / w, n / s, n / c, w / o, s / o, c / o }'
done

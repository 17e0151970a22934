#!/usr/bin/env bash
# Our crawl against wget and Scrapy that only save: the sample server on the same
# machine, PAGES pages of 127 kB each, no pace. Run by hand; needs Go, wget and
# Debian's python3-scrapy. Prints pages a second, and ours over each.
#
#   docs/bench/crawl.sh            # 1,000 pages
#   PAGES=300 ROUNDS=3 docs/bench/crawl.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
pages=${PAGES:-1000} rounds=${ROUNDS:-1}
work=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
go build -o "$work/baoluu" ./cmd/baoluu
go build -o "$work/sampleserver" ./docs/bench/sampleserver
"$work/sampleserver" -site dantri -grow "$pages" -fill 126000 >"$work/env.sh" 2>"$work/server.log" &
server=$!
until [ -s "$work/env.sh" ]; do sleep 0.1; done
. "$work/env.sh"
# All three are given the same list of addresses, and nothing else to do.
"$work/sampleserver" -list -site dantri -grow "$pages" >"$work/urls.txt"
count=$(wc -l <"$work/urls.txt")
printf 'archive: %s/archive\nsites: {dantri: {pace: 0}}\n' "$work" >"$work/config.yaml"

now() { date +%s.%N; }
rate() { awk -v n="$count" -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", n / (b - a) }'; }
for _ in $(seq "$rounds"); do
  rm -rf "$work/archive" "$work/wget" "$work/scrapy"; mkdir "$work/wget" "$work/scrapy"

  t=$(now); "$work/baoluu" crawl dantri --config "$work/config.yaml" --quiet || true
  ours=$(rate "$t" "$(now)")
  kept=$("$work/baoluu" list --config "$work/config.yaml" --json | wc -l)
  [ "$kept" -ge "$count" ] || { echo "kept $kept of $count" >&2; exit 1; }

  t=$(now)
  (cd "$work/wget" && wget -q -r -l 1 -nd -A '*.htm' --ca-certificate="$SSL_CERT_FILE" -e "http_proxy=$HTTP_PROXY" -e "https_proxy=$HTTPS_PROXY" --warc-file=all -i "$work/urls.txt") || true
  wget=$(rate "$t" "$(now)")
  [ "$(ls "$work/wget" | grep -c '\.htm')" -ge "$count" ] || { echo "wget saved $(ls "$work/wget" | grep -c '\.htm') of $count" >&2; exit 1; }

  t=$(now)
  (cd "$work/scrapy" && URLS="$work/urls.txt" scrapy runspider -s LOG_ENABLED=0 "$OLDPWD/docs/bench/spider/save.py") || true
  scrapy=$(rate "$t" "$(now)")
  [ "$(ls "$work/scrapy" | wc -l)" -ge "$count" ] || { echo "scrapy saved $(ls "$work/scrapy" | wc -l) of $count" >&2; exit 1; }

  awk -v o="$ours" -v w="$wget" -v s="$scrapy" 'BEGIN { printf "baoluu %s/s, wget %s/s, Scrapy %s/s: %.2f x wget, %.2f x Scrapy\n", o, w, s, o / w, o / s }'
done

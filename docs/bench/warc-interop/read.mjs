// Reads our WARC files with npm's warcio and compares: every record parses, our
// CDXJ holds the lines that warcio's own indexer writes, every digest recomputed is
// right, and each request record stands behind the capture that it was sent for. Usage: node read.mjs FOLDER
import { createHash } from "node:crypto";
import { createReadStream, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { CDXIndexer, WARCParser } from "warcio";

const folder = process.argv[2];
const sha256 = (bytes) => "sha256:" + createHash("sha256").update(bytes).digest("hex");
const fail = (what) => { console.error(what); process.exitCode = 1; };
const open = (name) => createReadStream(join(folder, name));

let records = 0, requests = 0, digests = 0, lines = 0;
const names = readdirSync(folder).filter((n) => n.endsWith(".warc.gz")).sort();
if (names.length === 0) fail("no WARC files");

for (const name of names) {
  let before; // the record before this one
  for await (const record of new WARCParser(open(name), { strictHeaders: true, parseHttp: false })) {
    records++;
    const block = await record.readFully(false);
    const blockDigest = record.warcHeader("WARC-Block-Digest");
    if (sha256(block) !== blockDigest) fail(`${name}: block digest of ${record.warcTargetURI}`);
    if (record.warcType === "request") {
      requests++;
      const joined = (a, b) => a.warcHeader("WARC-Concurrent-To") === b.warcHeader("WARC-Record-ID");
      if (!before || !joined(record, before) || !joined(before, record)) fail(`${name}: the request of ${record.warcTargetURI} and what is before it do not name each other`);
      if (record.warcTargetURI !== before?.warcTargetURI || record.warcDate !== before?.warcDate) fail(`${name}: the request of ${record.warcTargetURI} has another's address or date`);
    } else if (before?.warcHeader("WARC-Concurrent-To") && before.warcType !== "request") {
      fail(`${name}: no request behind ${before.warcTargetURI}`);
    }
    before = record;
  }
  for await (const record of new WARCParser(open(name), { strictHeaders: true })) {
    const type = record.warcType;
    if (type === "warcinfo" || type === "metadata" || type === "revisit") continue;
    const payload = await record.readFully(true);
    const digest = record.warcPayloadDigest;
    if (payload.length === 0 && !digest) continue;
    digests++;
    if (sha256(payload) !== digest) fail(`${name}: payload digest of ${record.warcTargetURI}`);
  }
}

if (requests === 0) fail("no request records");

for (const site of new Set(names.map((n) => n.replace(/-\d+\.warc\.gz$/, "")))) {
  let theirs = "";
  const indexer = new CDXIndexer({ format: "cdxj" });
  const files = names.filter((n) => n.startsWith(site + "-")).map((filename) => ({ filename, reader: open(filename) }));
  for await (const entry of indexer.iterIndex(files)) theirs += indexer.serializeCDXJ(entry);
  // Our keys are pywb's, which drop the slash that ends a path; warcio keeps it.
  const key = (line) => line.replace(/^(\S+\)\/\S+?)\/(\?\S*)? /, (_, path, query) => path + (query ?? "") + " ");
  const sorted = theirs.split("\n").filter(Boolean).map(key).sort();
  const ours = readFileSync(join(folder, site + ".cdxj"), "utf8").split("\n").filter(Boolean).sort();
  lines += ours.length;
  if (sorted.length !== ours.length) fail(`${site}: ${ours.length} lines of ours, ${sorted.length} of warcio`);
  for (let i = 0; i < Math.max(sorted.length, ours.length); i++) {
    if (sorted[i] !== ours[i]) { fail(`${site}: CDXJ differs\n  ours:   ${ours[i]}\n  warcio: ${sorted[i]}`); break; }
  }
}
console.log(`${names.length} files, ${records} records, ${requests} of them requests, ${digests} payload digests, ${lines} CDXJ lines`);

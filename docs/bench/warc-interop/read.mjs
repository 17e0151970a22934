// Reads our WARC files with npm's warcio and compares: every record parses, our
// CDXJ holds the lines that warcio's own indexer writes, every digest recomputed is
// right. Usage: node read.mjs FOLDER
import { createHash } from "node:crypto";
import { createReadStream, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { CDXIndexer, WARCParser } from "warcio";

const folder = process.argv[2];
const sha256 = (bytes) => "sha256:" + createHash("sha256").update(bytes).digest("hex");
const fail = (what) => { console.error(what); process.exitCode = 1; };
const open = (name) => createReadStream(join(folder, name));

let records = 0, digests = 0, lines = 0;
const names = readdirSync(folder).filter((n) => n.endsWith(".warc.gz")).sort();
if (names.length === 0) fail("no WARC files");

for (const name of names) {
  for await (const record of new WARCParser(open(name), { strictHeaders: true, parseHttp: false })) {
    records++;
    const block = await record.readFully(false);
    const blockDigest = record.warcHeader("WARC-Block-Digest");
    if (sha256(block) !== blockDigest) fail(`${name}: block digest of ${record.warcTargetURI}`);
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
console.log(`${names.length} files, ${records} records, ${digests} payload digests, ${lines} CDXJ lines`);

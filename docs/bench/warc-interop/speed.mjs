// Reads a WARC file whole with npm's warcio: records, milliseconds.
import { createReadStream } from "node:fs";
import { WARCParser } from "warcio";

const start = performance.now();
let records = 0;
for await (const record of new WARCParser(createReadStream(process.argv[2]), { parseHttp: false })) {
  for await (const _ of record) { /* the block */ }
  records++;
}
console.log(records, Math.round(performance.now() - start));

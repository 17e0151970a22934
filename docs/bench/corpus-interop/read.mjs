// Reads a corpus in Parquet with npm's hyparquet and with DuckDB, and holds it against the same
// corpus in JSON lines: every field of every article, null where that has null, times to the
// second. Usage: node read.mjs PARQUET-FOLDER JSONL-FOLDER
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";

const [tables, lines] = process.argv.slice(2);
const fail = (what) => { console.error(what); process.exitCode = 1; };
const times = ["published", "modified", "captured", "first_seen", "last_seen"];
const second = (time) => time && Math.floor(new Date(time).getTime() / 1000);

// inOneForm brings a row, or a line, to what both can say.
function inOneForm(article) {
  const out = { ...article };
  for (const name of times) out[name] = second(out[name]) ?? null;
  out.body = out.body.map((block) => ({ time: null, speaker: null, ...block }));
  return out;
}

const names = readdirSync(tables).filter((n) => n.endsWith(".parquet")).sort();
if (names.length === 0) fail("no Parquet files");
let articles = 0;
for (const name of names) {
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(join(tables, name)), compressors });
  const want = readFileSync(join(lines, name.replace(".parquet", ".jsonl")), "utf8").trimEnd().split("\n").map((l) => JSON.parse(l));
  if (rows.length !== want.length) fail(`${name}: ${rows.length} rows, ${want.length} lines`);
  rows.forEach((row, i) => {
    const [got, line] = [inOneForm(row), inOneForm(want[i])];
    for (const field of new Set([...Object.keys(line), ...Object.keys(got)])) {
      if (!isDeepStrictEqual(got[field], line[field])) fail(`${name}: ${line.page}: ${field} is ${JSON.stringify(got[field])}, in the line ${JSON.stringify(line[field])}`);
    }
  });
  articles += rows.length;
}
console.log(`hyparquet: ${articles} articles in ${names.length} files, as in the lines`);

const db = await (await DuckDBInstance.create()).connect();
const ask = async (query) => (await db.runAndReadAll(query)).getRowsJson();
const fields = (await ask(`describe select * from '${tables}/*.parquet'`)).map(([name, type]) => `${name} ${type}`);
// The types as documented, so that JSON is not guessed; what is left of each without the other is nothing.
const columns = fields.map((f) => f.replace(/^(\w+) (.*)$/, (_, name, type) => `'${name}': '${type.replaceAll("'", "''")}'`)).join(", ");
const table = (seconds) => `select * replace (${times.map((t) => `date_trunc('second', ${t}) as ${t}`).join(", ")}) from ${seconds}`;
const parquet = table(`'${tables}/*.parquet'`), json = table(`read_json('${lines}/*.jsonl', format = 'newline_delimited', columns = {${columns}})`);
for (const [what, query] of [["rows that no line has", `${parquet} except all ${json}`], ["lines that no row has", `${json} except all ${parquet}`]]) {
  const left = await ask(query);
  if (left.length > 0) fail(`DuckDB: ${left.length} ${what}: ${JSON.stringify(left[0]).slice(0, 500)}`);
}
const [[count, oldest]] = await ask(`select count(*), min(published) from '${tables}/*.parquet' where language = 'vi'`);
if (Number(count) === 0 || !oldest) fail("DuckDB finds no dated article in Vietnamese");
console.log(`DuckDB: the same; ${count} in Vietnamese, since ${oldest}`);

// Opens a WACZ of ours in npm's replaywebpage within headless Chromium and looks for
// an article's text and its pictures. Usage: node replay.mjs FILE.wacz [CHROMIUM]
import { spawn, execFileSync } from "node:child_process";
import { once } from "node:events";
import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [wacz, chromium = "chromium"] = process.argv.slice(2);
const viewer = "node_modules/replaywebpage/";
const pages = execFileSync("unzip", ["-p", wacz, "pages/pages.jsonl"], { encoding: "utf8" }).trim().split("\n").slice(1).map((l) => JSON.parse(l));

const files = {
  "/": ["text/html", Buffer.from('<!doctype html><script src="/ui.js"></script><replay-app-main></replay-app-main>')],
  "/ui.js": ["text/javascript", readFileSync(viewer + "ui.js")],
  "/sw.js": ["text/javascript", readFileSync(viewer + "sw.js")],
};
const server = createServer((request, response) => {
  const path = new URL(request.url, "http://x").pathname;
  if (path === "/x.wacz") {
    const size = statSync(wacz).size;
    const range = /bytes=(\d*)-(\d*)/.exec(request.headers.range ?? "");
    const from = range ? (range[1] ? +range[1] : Math.max(size - +range[2], 0)) : 0;
    const to = range && range[1] && range[2] ? Math.min(+range[2], size - 1) : size - 1;
    response.writeHead(range ? 206 : 200, {
      "Content-Type": "application/wacz+zip", "Accept-Ranges": "bytes", "Content-Length": to - from + 1,
      ...(range && { "Content-Range": `bytes ${from}-${to}/${size}` }),
    });
    createReadStream(wacz, { start: from, end: to }).pipe(response);
  } else if (files[path]) {
    response.writeHead(200, { "Content-Type": files[path][0], "Service-Worker-Allowed": "/" }).end(files[path][1]);
  } else {
    response.writeHead(404).end();
  }
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const base = `http://127.0.0.1:${server.address().port}/`;

// Chromium is driven through its pipe: no library, no port.
const profile = mkdtempSync(join(tmpdir(), "replay-"));
const browser = spawn(chromium, ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe", "--user-data-dir=" + profile],
  { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
const waiting = new Map();
let count = 0, rest = "";
browser.stdio[4].on("data", (data) => {
  const messages = (rest + data).split("\0");
  rest = messages.pop();
  for (const m of messages.map((m) => JSON.parse(m))) waiting.get(m.id)?.(m);
});
const call = (method, params = {}, sessionId) => new Promise((resolve, reject) => {
  const id = ++count;
  waiting.set(id, (m) => { waiting.delete(id); m.error ? reject(new Error(m.error.message)) : resolve(m.result); });
  browser.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + "\0");
});

// All text of a document, its shadow trees and the documents in its frames.
const allText = `(function text(root) {
  let t = root.body ? root.body.innerText : "";
  for (const e of root.querySelectorAll("*")) {
    if (e.shadowRoot) t += text(e.shadowRoot);
    if (e.tagName === "IFRAME" && e.contentDocument) t += text(e.contentDocument);
  }
  return t;
})(document)`;

// Lazy pictures are brought in as the newspapers' own scripts do when somebody scrolls. How many pictures of an article's size were loaded there, how many images were not, and smaller ones.
const allPictures = `(function count(root, n) {
  for (const e of root.querySelectorAll("*")) {
    if (e.tagName === "IMG" && e.dataset.src && /^data:/.test(e.src)) e.src = e.dataset.src;
    if (e.tagName === "IMG" && /^http/.test(e.src)) n[e.naturalWidth >= 200 ? 0 : e.naturalWidth === 0 ? 1 : 2]++;
    if (e.shadowRoot) count(e.shadowRoot, n);
    if (e.tagName === "IFRAME" && e.contentDocument) count(e.contentDocument, n);
  }
  return n;
})(document, [0, 0, 0])`;

// look opens a page of the WACZ, and tells what is shown of it.
async function look(page, sessionId) {
  const wanted = page.text.split("\n\n")[1].slice(0, 60), ts = page.ts.replace(/\D/g, "").slice(0, 14);
  await call("Page.navigate", { url: "about:blank" }, sessionId);
  await call("Page.navigate", { url: `${base}?source=${encodeURIComponent("/x.wacz")}#view=resources&url=${encodeURIComponent(page.url)}&ts=${ts}` }, sessionId);
  const value = async (expression) => (await call("Runtime.evaluate", { expression, returnByValue: true }, sessionId)).result.value;
  const until = async (seconds, done) => {
    for (const end = Date.now() + seconds * 1000; !(await done()) && Date.now() < end;) await new Promise((next) => setTimeout(next, 300));
  };
  let text = false, pictures = 0, missing = 0;
  await until(60, async () => (text = String(await value(allText)).includes(wanted)));
  await until(text ? 5 : 0, async () => {
    [pictures, missing] = (await value(allPictures)) ?? [0, 0];
    return pictures > 0 && missing === 0;
  });
  console.log(`${page.url}: ${text ? "shown" : "NOT shown"}, with ${pictures} pictures, ${missing} missing: ${wanted}`);
  return { sound: text && missing === 0, pictures };
}

const most = 5; // some articles have none
let sound = true, pictures = 0;
try {
  const { targetId } = await call("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await call("Target.attachToTarget", { targetId, flatten: true });
  for (const page of pages.slice(0, most)) {
    const seen = await look(page, sessionId);
    sound &&= seen.sound;
    pictures += seen.pictures;
    if (!sound || pictures > 0) break;
  }
  if (process.env.SCREENSHOT) {
    const { data } = await call("Page.captureScreenshot", {}, sessionId);
    writeFileSync(process.env.SCREENSHOT, Buffer.from(data, "base64"));
  }
} finally {
  const gone = once(browser, "exit");
  browser.kill();
  await gone;
  server.close();
  for (let tries = 0; ; tries++) { // its helper processes end, and write, a little later
    try {
      rmSync(profile, { recursive: true, force: true });
      break;
    } catch (err) {
      if (tries === 50) throw err;
      await new Promise((done) => setTimeout(done, 200));
    }
  }
}
process.exit(sound && pictures > 0 ? 0 : 1);

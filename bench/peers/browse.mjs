/**
 * Loads pages as browsers with empty caches do, without rendering them: the document, then the scripts, styles and fonts
 * that it names. A real browser would compete with the server for the CPU of the same machine.
 *
 *   node browse.mjs <url> <cookie> <browsers> <path…>      runs until it is ended
 */
import { Agent, request } from "node:http";

const [origin, cookie, browsers, ...paths] = process.argv.slice(2);
const ASSET = /(?:src|href)="(\/_next\/static\/[^"]+)"/g;

function load(agent, path) {
  return new Promise((resolve, reject) => {
    const headers = { cookie, "accept-encoding": "gzip", accept: "text/html,*/*", "sec-fetch-site": "same-origin" };
    const req = request(origin + path, { agent, headers }, (res) => {
      const chunks = [];
      res.on("data", (chunk) => chunks.push(chunk));
      res.once("end", () => resolve({ status: res.statusCode, body: Buffer.concat(chunks), headers: res.headers }));
    });
    req.once("error", reject);
    req.end();
  });
}

async function browse(first) {
  const { gunzipSync } = await import("node:zlib");
  for (let page = first; ; page++) {
    // Six connections, as a browser opens to one origin.
    const agent = new Agent({ keepAlive: true, maxSockets: 6 });
    const path = paths[page % paths.length];
    const { status, body, headers } = await load(agent, path);
    if (status !== 200) throw new Error(`${path}: ${status}`);
    const html = headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
    const assets = new Set([...html.toString().matchAll(ASSET)].map(([, asset]) => asset));
    await Promise.all([...assets].map((asset) => load(agent, asset)));
    agent.destroy();
  }
}

await Promise.all(Array.from({ length: Number(browsers) }, (_, browser) => browse(browser)));

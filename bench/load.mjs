/** HTTP load: a fixed number of requests over a few kept-alive connections. Any answer but 200 ends the run. */
import { Agent, request } from "node:http";

// Close idle connections before the server does (Muster after 75 s): a request on a connection that is being closed would fail.
const agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: 60_000 });

/** One request; resolves with the body's text. Throws Error when the answer is not 200. */
export function call(server, { method = "GET", path, headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const all =
      body === undefined
        ? headers
        : { ...headers, "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const req = request({ host: "127.0.0.1", port: server.port, method, path, headers: all, agent }, (res) => {
      let text = "";
      res.setEncoding("utf8");
      res.on("data", (chunk) => {
        text += chunk;
      });
      res.on("end", () =>
        res.statusCode === 200
          ? resolve(text)
          : reject(new Error(`${method} ${path}: ${res.statusCode} ${text.slice(0, 300)}`)),
      );
    });
    req.once("error", reject);
    req.end(body);
  });
}

/** Sends `count` requests, `width` of them at a time. */
export async function load(server, count, width, make) {
  let left = count;
  const one = async () => {
    while (left-- > 0) await call(server, make());
  };
  await Promise.all(Array.from({ length: width }, one));
}

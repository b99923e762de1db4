/**
 * The clients of a server that is being restarted: writers and pollers on kept-alive connections (node:http and undici), and
 * stock Socket.IO clients. Reads `{ url, bots: [{ id, token }], writers, pollers, sockets }` from stdin, prints `ready` when
 * all have been served, and at the end one line of JSON with what they saw. The end is when the server refuses new
 * connections and all sockets are connected again.
 *
 * A refused connection (ECONNREFUSED) is no loss: the client knows that its request was not executed. Any other error is one.
 */
import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { io } from "socket.io-client";

const { url, bots, writers, pollers, sockets } = JSON.parse(await text(process.stdin));
const botOf = (index) => bots[index % bots.length];
const authorization = ({ token }) => `Bearer ${token}`;

/** Per kind of client: answers by status, errors by code. */
const seen = { writers: {}, pollers: {}, sockets: {} };
const count = (kind, what) => {
  seen[kind][what] = (seen[kind][what] ?? 0) + 1;
};

function byHttp(agent, path, { method, headers, body }) {
  return new Promise((resolve, reject) => {
    const req = request(url + path, { method, agent, headers }, (res) => {
      res.resume();
      res.once("end", () => resolve(res.statusCode));
      res.once("error", reject);
    });
    req.once("error", reject);
    req.end(body);
  });
}
async function byUndici(path, options) {
  const response = await fetch(url + path, options);
  await response.arrayBuffer();
  return response.status;
}

let served = 0;
let isReady = false;
/** Sends one request after the other until the server refuses a connection. */
async function repeat(kind, index, path, options) {
  const agent = index % 2 === 0 ? new Agent({ keepAlive: true, maxSockets: 1 }) : undefined;
  for (let round = 0; ; round++) {
    try {
      const status = await (agent ? byHttp(agent, path, options(round)) : byUndici(path, options(round)));
      count(kind, status);
    } catch (error) {
      const code = error.code ?? error.cause?.code ?? error.message;
      if (code === "ECONNREFUSED") return;
      count(kind, code);
    }
    if (round === 0) served++;
    // A poller is answered at once only while the server is stopping.
    await sleep(kind === "pollers" ? 50 : 5);
  }
}
const write = (index) => {
  const bot = botOf(index);
  const headers = { authorization: authorization(bot), "content-type": "application/json" };
  return repeat("writers", index, `/api/bot/${bot.id}/logs`, (round) => ({
    ...{ method: "POST", headers },
    body: JSON.stringify({ message: `writer ${index}, line ${round}` }),
  }));
};
const poll = (index) => {
  const bot = botOf(index);
  const headers = { authorization: authorization(bot) };
  return repeat("pollers", index, `/api/bot/${bot.id}/commands?wait=30`, () => ({ method: "GET", headers }));
};

/** Resolves when the client has lost its connection and is connected again. */
function stay(index) {
  const transports = index % 2 === 0 ? ["websocket"] : ["polling", "websocket"];
  const client = io(url, { forceNew: true, transports, auth: { token: botOf(index).token } });
  let connects = 0;
  return new Promise((resolve) => {
    client.on("disconnect", (reason) => connects === 1 && count("sockets", reason));
    client.on("connect", () => {
      if (++connects === 1) served++;
      else resolve(client.disconnect());
    });
  });
}

const many = (length, start) => Array.from({ length }, (_, index) => start(index));
const requests = [...many(writers, write), ...many(pollers, poll)];
const back = many(sockets, stay);
while (!isReady) {
  // A long poll is served when it waits, so pollers are not counted.
  isReady = served >= writers + sockets;
  await sleep(20);
}
console.log("ready");
await Promise.all(requests);
console.log("refused");
await Promise.all(back);
console.log(JSON.stringify(seen));
process.exit(0);

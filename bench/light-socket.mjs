/**
 * A Socket.IO client that is little more than its WebSocket, so that ten thousand fit into one process: the same bytes on
 * the wire as the real client's, for both servers.
 */
import WebSocket from "ws";

/**
 * Connects. Resolves when the server accepts the connection; rejects when it refuses, or after a minute.
 *
 * @param {string} url origin
 * @param {object} auth what Socket.IO calls `auth`
 * @param {(event: string, data: unknown) => void} [hear] called with every event
 * @returns {Promise<{emit: (event: string, data: object) => void, close: () => void, closed: Promise<void>}>}
 */
export function connect(url, auth, hear) {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(`${url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`, {
      perMessageDeflate: false,
    });
    const timer = setTimeout(() => ws.terminate(), 60_000);
    const closed = new Promise((done) => ws.once("close", done));
    const failed = (error) => {
      clearTimeout(timer);
      reject(error);
    };
    ws.on("error", failed);
    ws.once("close", () => failed(new Error("The server closed the connection")));
    ws.on("message", (bytes) => {
      const text = bytes.toString();
      // Engine.IO: 0 open, 2 ping, 4 message; Socket.IO within 4: 0 connected, 2 event, 4 refused.
      if (text === "2") ws.send("3");
      else if (text[0] === "0") ws.send(`40${JSON.stringify(auth)}`);
      else if (text.startsWith("40")) {
        clearTimeout(timer);
        resolve({
          emit: (event, data) => ws.send(`42${JSON.stringify([event, data])}`),
          close: () => ws.close(),
          closed,
        });
      } else if (text.startsWith("44")) failed(new Error(text.slice(2, 300)));
      else if (hear && text.startsWith("42")) hear(...JSON.parse(text.slice(text.indexOf("["))));
    });
  });
}

/** Runs `work(0 … count-1)`, `width` at a time. */
export async function lanes(count, width, work) {
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

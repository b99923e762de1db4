/** Socket.IO clients of the server under test. */
import { io, type Socket } from "socket.io-client";

import type { Json } from "./api";
import { theServer } from "./the-server";

export type Transport = "websocket" | "polling";
export const TRANSPORTS: Transport[] = ["websocket", "polling"];

const open = new Set<Socket>();

/** `auth` holds more fields of the handshake. */
type Options = {
  token?: string;
  auth?: Record<string, unknown>;
  headers?: Record<string, string>;
  transport?: Transport;
  url?: string;
};

/** Creates a client without waiting for its connection. All events are kept in `heard`. */
export function socket({ token, auth, headers, transport = "websocket", url = theServer().url }: Options = {}) {
  const client = io(url, {
    transports: [transport],
    forceNew: true,
    reconnection: false,
    auth: token ? { ...auth, token } : auth,
    extraHeaders: headers,
  });
  open.add(client);
  const heard: [string, Json][] = [];
  const waiting = new Set<() => void>();
  client.onAny((event, data) => {
    heard.push([event, data]);
    for (const look of [...waiting]) look();
  });

  /** Resolves with the first event of that name, past or future, whose data fits; rejects after 150 s. */
  function event(name: string, fits: (data: Json) => boolean = () => true): Promise<Json> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = heard.find(([event, data]) => event === name && fits(data));
        if (!found) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(found[1]);
      };
      const timer = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`No ${name} came; heard ${JSON.stringify(heard).slice(0, 1000)}`));
      }, 150_000);
      waiting.add(look);
      look();
    });
  }
  return { client, heard, event, names: () => heard.map(([name]) => name) };
}

/** A connected client. @throws Error when it is refused */
export async function connected(options: Options) {
  const one = socket(options);
  await new Promise<void>((resolve, reject) => {
    one.client.once("connect", resolve);
    one.client.once("connect_error", reject);
  });
  await one.event("connection_established");
  return one;
}

/** Returns the reason of a refused connection. */
export async function refusal(options: Options): Promise<{ message: string; code?: string }> {
  const { client } = socket(options);
  const error = await new Promise<Error & { data?: { code?: string } }>((resolve, reject) => {
    client.once("connect_error", resolve);
    client.once("connect", () => reject(new Error("It was let in")));
  });
  return { message: error.message, code: error.data?.code };
}

/** Closes all clients; call it in afterEach. */
export function closeSockets(): void {
  for (const client of open) client.disconnect();
  open.clear();
}

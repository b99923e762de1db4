/** Sockets of document 003's app that have not sent their token yet. */
import { EventEmitter } from "node:events";
import { expect, it, vi } from "vitest";
import { AppError } from "@/lib/core/errors";
import { actor } from "@/tests/actors";
import type { AppSocket, SocketData } from "./handshake";
import { awaitToken } from "./late-credential";

type Listener = (...heard: unknown[]) => void;

/** A socket of nobody, with what Socket.IO has of listeners to every event. */
function aSocket() {
  const listeners = new Set<Listener>();
  const heard: unknown[][] = [];
  const socket = Object.assign(new EventEmitter(), {
    connected: true,
    data: { actor: { kind: "public", ip: "192.0.2.1" } } as SocketData,
    onAny: (listener: Listener) => void listeners.add(listener),
    offAny: (listener: Listener) => void listeners.delete(listener),
    listenersAny: () => [...listeners],
    emit: (...packet: unknown[]) => heard.push(packet) > 0,
  });
  const join = (token: string) => {
    for (const listener of listeners) listener("join_ticket", { ticket_id: "t", token }, undefined);
  };
  return { socket: socket as unknown as AppSocket, set: socket, heard, join };
}

/** How a socket is identified; fails the test by an error where it would go on without an end. */
function identifying() {
  let asked = 0;
  const identify = vi.fn(async () => {
    if (++asked > 5) throw new AppError("INTERNAL_ERROR", "asked without an end");
    return { actor: actor(1), recheck: async () => true } as unknown as SocketData;
  });
  return identify;
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

it("hands the first event to the handlers of the person whose token it carries", async () => {
  const { socket, join } = aSocket();
  const [identify, handler] = [identifying(), vi.fn()];
  awaitToken(socket, { identify, admit: () => {}, welcome: (welcomed) => void welcomed.onAny(handler) });
  join("mk_1");
  await settled();
  expect(identify).toHaveBeenCalledTimes(1);
  expect(handler.mock.calls).toEqual([["join_ticket", { ticket_id: "t", token: "mk_1" }, undefined]]);
  expect(socket.data.actor).toMatchObject({ kind: "user", user_id: 1 });
});

it("is identified once when its client leaves meanwhile", async () => {
  const { socket, set, heard, join } = aSocket();
  const [identify, welcome] = [identifying(), vi.fn()];
  awaitToken(socket, { identify, admit: () => {}, welcome });
  join("mk_1");
  set.connected = false;
  await settled();
  expect(identify).toHaveBeenCalledTimes(1);
  expect(welcome).not.toHaveBeenCalled();
  expect(heard).toEqual([]);
});

it("stays nobody's when the person holds as many sockets as one may", async () => {
  const { socket, heard, join } = aSocket();
  const [identify, welcome] = [identifying(), vi.fn()];
  const admit = () => {
    throw new AppError("RATE_LIMITED", "Too many sockets");
  };
  awaitToken(socket, { identify, admit, welcome });
  for (const time of [1, 2]) {
    join("mk_1");
    await settled();
    expect(identify).toHaveBeenCalledTimes(time);
  }
  expect(socket.data.actor.kind).toBe("public");
  expect(heard.map(([, error]) => error)).toEqual(
    [1, 2].map(() => ({ message: "Too many sockets", code: "RATE_LIMITED" })),
  );
  expect(welcome).not.toHaveBeenCalled();
});

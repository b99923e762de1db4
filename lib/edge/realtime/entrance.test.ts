/** The entrance of Socket.IO: how many connections of one address may wait to be admitted. */
import { EventEmitter } from "node:events";
import type { Server } from "socket.io";
import { expect, it, vi } from "vitest";
import { guardEntrance } from "./entrance";

function anEngine() {
  const engine = new EventEmitter();
  const entrance = guardEntrance({ engine } as unknown as Server);
  const arrive = (remoteAddress: string) => {
    const connection = Object.assign(new EventEmitter(), {
      request: { headers: {}, socket: { remoteAddress } },
      transport: { maxHttpBufferSize: 0 },
      isClosed: false,
      close() {
        connection.isClosed = true;
        connection.emit("close");
      },
    });
    engine.emit("connection", connection);
    return connection;
  };
  const admit = (connection: ReturnType<typeof arrive>, bot_id: string) =>
    entrance.admit(connection as never, { kind: "bot", bot_id, team_id: 1, unclaimed: false });
  return { arrive, admit, wait: (connection: ReturnType<typeof arrive>) => entrance.wait(connection as never) };
}

it("lets 1,000 connections of an address wait, and further ones when some are admitted or gone", () => {
  const { arrive, admit } = anEngine();
  const fleet = Array.from({ length: 1000 }, () => arrive("192.0.2.1"));
  expect(fleet.some(({ isClosed }) => isClosed)).toBe(false);
  expect(arrive("192.0.2.1").isClosed).toBe(true);
  expect(arrive("192.0.2.2").isClosed).toBe(false);
  admit(fleet[0]!, "a");
  fleet[1]!.close();
  expect([arrive("192.0.2.1"), arrive("192.0.2.1"), arrive("192.0.2.1")].map(({ isClosed }) => isClosed)).toEqual([
    false,
    false,
    true,
  ]);
  // An admitted one that goes makes no more room: it took none.
  fleet[0]!.close();
  expect(arrive("192.0.2.1").isClosed).toBe(true);
});

it("raises the size of messages with the admission alone, and on the transport upgraded to", () => {
  const { arrive, admit } = anEngine();
  const connection = arrive("192.0.2.1");
  expect(connection.transport.maxHttpBufferSize).toBe(16_384);
  const upgraded = { socket: { _receiver: { _maxPayload: 0 } } };
  connection.emit("upgrading", upgraded);
  expect(upgraded.socket._receiver._maxPayload).toBe(16_384);
  admit(connection, "a");
  connection.emit("upgrade", upgraded);
  expect([connection.transport.maxHttpBufferSize, upgraded.socket._receiver._maxPayload]).toEqual([
    4_194_304, 4_194_304,
  ]);
});

it("closes what goes on as nobody after 30 seconds or at the fourth packet, and counts it as waiting meanwhile", () => {
  vi.useFakeTimers();
  try {
    const { arrive, admit, wait } = anEngine();
    const [slow, busy, person] = [arrive("192.0.2.1"), arrive("192.0.2.1"), arrive("192.0.2.1")];
    for (const connection of [slow, busy, person]) {
      connection.emit("packet", { type: "message" });
      wait(connection);
    }
    for (let at = 0; at < 3; at++) busy.emit("packet", { type: "message" });
    expect([busy.isClosed, busy.transport.maxHttpBufferSize]).toEqual([false, 16_384]);
    busy.emit("packet", { type: "message" });
    expect(busy.isClosed).toBe(true);
    admit(person, "a");
    vi.advanceTimersByTime(29_999);
    expect(slow.isClosed).toBe(false);
    vi.advanceTimersByTime(1);
    expect([slow.isClosed, person.isClosed]).toEqual([true, false]);
  } finally {
    vi.useRealTimers();
  }
});

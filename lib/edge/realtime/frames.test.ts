/** Frames of one turn of the event loop, and the writes they take. */
import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { gatherWrites } from "./frames";

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** The part of an Engine.IO connection that sends packets, with a transport that takes the next ones when asked. */
class Connection extends EventEmitter {
  readonly transport = { writable: true };
  readonly sent: string[][] = [];
  waiting: string[] = [];
  flush(): void {
    if (!this.transport.writable || this.waiting.length === 0) return;
    this.emit("flush", this.waiting);
    this.sent.push(this.waiting);
    this.waiting = [];
    this.transport.writable = false;
  }
  send(...packets: string[]): void {
    for (const packet of packets) {
      this.waiting.push(packet);
      this.flush();
    }
  }
  /** The network took what was sent. */
  async drain(): Promise<void> {
    this.transport.writable = true;
    this.flush();
    await nextTurn();
  }
}

it("sends a lone frame at once, and all frames of a turn together once a socket is busy", async () => {
  const connection = new Connection();
  gatherWrites({ conn: connection });
  connection.send("a");
  expect(connection.sent).toEqual([["a"]]);
  connection.send("b", "c");
  await connection.drain();
  expect(connection.sent.splice(0)).toEqual([["a"], ["b", "c"]]);
  await connection.drain();
  connection.send("d", "e", "f");
  expect(connection.sent).toEqual([]);
  await nextTurn();
  expect(connection.sent.splice(0)).toEqual([["d", "e", "f"]]);
  await connection.drain();
  connection.send("g");
  await nextTurn();
  await connection.drain();
  connection.send("h");
  expect(connection.sent).toEqual([["g"], ["h"]]);
});

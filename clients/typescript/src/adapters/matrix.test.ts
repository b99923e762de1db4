/**
 * A client with the interface of matrix-bot-sdk, managed by the real server. The library itself loads a native module that its
 * installation downloads, so that it is not among this repository's packages.
 */
import { EventEmitter } from "node:events";
import { afterEach, expect, it } from "vitest";
import { eventually } from "@/tests/eventually";
import { aManagedBot } from "@/tests/managed";
import { manageMatrix, musterLogger } from "./matrix";

let ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

class MatrixClient extends EventEmitter {
  failure: (Error & { errcode?: string; retryAfterMs?: number }) | undefined;
  sent: string[] = [];
  rooms = ["!a:example.org"];
  isStopped = false;
  async doRequest(_method: string, _endpoint: string, ..._rest: unknown[]): Promise<unknown> {
    if (this.failure) throw this.failure;
    return {};
  }
  sync = () => this.doRequest("GET", "/_matrix/client/v3/sync").catch(() => {});
  stop() {
    this.isStopped = true;
  }
  async getJoinedRooms() {
    return this.rooms;
  }
  async sendText(room: string, text: string) {
    await this.doRequest("PUT", `/_matrix/client/v3/rooms/${room}/send`);
    this.sent.push(`${room} ${text}`);
    return "$1";
  }
}

it("one call makes a bot of matrix-bot-sdk manageable", async () => {
  const { muster, run, status, ...mine } = await aManagedBot();
  const client = new MatrixClient();
  manageMatrix(client, muster, { messages: true, metricsMs: 100 });
  ends.push(() => muster.stop(500));
  await client.sync();
  await eventually(async () => expect(await mine.data()).toContain("!a:example.org"));
  await eventually(async () => expect(await mine.instances()).toMatchObject([{ version: "1.4.0 (matrix-bot-sdk)" }]));
  client.rooms.push("!b:example.org");
  client.emit("room.join", "!b:example.org", {});
  await eventually(async () => expect(await mine.data()).toContain("!b:example.org"));

  const event = { event_id: "$0", sender: "@eve:example.org", origin_server_ts: Date.parse("2026-01-01") };
  client.emit("room.message", "!a:example.org", { ...event, content: { body: "Hello there" } });
  await eventually(async () =>
    expect(await mine.messages()).toMatchObject([
      { message: "Hello there", author_id: "@eve:example.org", thread_id: "!a:example.org", thread_type: "GROUP" },
    ]),
  );
  const ignore = () => {};
  const logger = musterLogger(muster, { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore });
  logger.info("Bot", "all is well");
  logger.error("Bot", "sync failed:", new Error("no fuel"));
  await eventually(async () =>
    expect(await mine.logs()).toMatchObject([{ type: "error", message: "Bot: sync failed: no fuel" }]),
  );

  const send = { thread_id: "!a:example.org", message: "Hi" };
  expect(await run("send_message", send)).toMatchObject({ result: { message_id: "$1" } });
  expect(client.sent).toEqual(["!a:example.org Hi"]);
  client.failure = Object.assign(new Error("slow down"), { errcode: "M_LIMIT_EXCEEDED", retryAfterMs: 7000 });
  expect(await run("send_message", send)).toMatchObject({ status: "failed", result: { error: "slow down" } });
  await eventually(async () => expect(await mine.metric("rate_limit_wait_s")).toEqual([7]));
  client.failure = new Error("connect ECONNREFUSED");
  await client.sync();
  await eventually(async () => expect(await status()).toBe("disconnected"));
  client.failure = undefined;
  await client.sync();
  await eventually(async () => expect(await status()).toBe("online"));
  expect(await run("stop")).toMatchObject({ status: "completed", result: { stopped: true } });
  expect(client.isStopped).toBe(true);
  await eventually(async () => expect(await status()).toBe("offline"));
});

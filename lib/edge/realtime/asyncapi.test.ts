/** The events reference has every message that this server sends, and the guide lists the same. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { asyncApi } from "./asyncapi";
import { SOCKET_CALLS, SOCKET_EVENTS, WEBHOOKS, WS_CALLS, WS_EVENTS } from "./events.table";

type Json = Record<string, unknown>;
const document = await asyncApi();

/** Names in the source of calls such as `emit("name", …)` and of the tables of socket calls. */
function namesInSource(pattern: RegExp): string[] {
  const sources = readdirSync("lib/edge/realtime", { recursive: true, encoding: "utf8" }).filter(
    (file) => /(?<!\.test)\.ts$/.test(file) && !/^(asyncapi|events\.table)/.test(file),
  );
  const text = sources.map((file) => readFileSync(`lib/edge/realtime/${file}`, "utf8")).join("\n");
  return [...new Set([...text.matchAll(pattern)].map(([, name]) => name!))];
}

describe("the AsyncAPI document", () => {
  it("has every event that a socket is sent", () => {
    const listed = SOCKET_EVENTS.map(({ name }) => name);
    const sent = namesInSource(/(?:socket|to\([^)]*\))\.emit\("(\w+)"/g);
    expect(sent.length).toBeGreaterThan(8);
    expect(sent.filter((name) => !listed.includes(name))).toEqual([]);
  });

  it("has every call that a socket may make", () => {
    const listed = SOCKET_CALLS.map(({ name }) => name);
    const heard = namesInSource(/^\s+\[?\s*"(\w+)",\s*(?:call|ofBots)\(/gm);
    expect(heard).toContain("ack");
    expect(heard.filter((name) => !listed.includes(name))).toEqual([]);
  });

  it("resolves every reference, and describes every message", () => {
    const missing: string[] = [];
    const walk = (value: unknown): void => {
      if (!value || typeof value !== "object") return;
      const { $ref } = value as { $ref?: unknown };
      if (typeof $ref === "string") {
        const found = $ref
          .slice(2)
          .split("/")
          .reduce<unknown>((at, key) => (at as Json | undefined)?.[key], document);
        if (!found) missing.push($ref);
      }
      for (const inner of Object.values(value)) walk(inner);
    };
    walk(document);
    expect(missing).toEqual([]);
    const channels = Object.values(
      document.channels as Record<string, { messages: Record<string, { summary: string }> }>,
    );
    const messages = channels.flatMap((channel) => Object.values(channel.messages));
    expect(messages.length).toBe([SOCKET_EVENTS, SOCKET_CALLS, WS_EVENTS, WS_CALLS, WEBHOOKS].flat().length);
    for (const { summary } of messages) expect(summary).toMatch(/^[A-Z].*\.$/);
  });
});

it("lists the same messages in docs/events.md", async () => {
  const table = (title: string, rows: readonly { name: string; about: string }[]) =>
    [
      `### ${title}`,
      "",
      "| name | meaning |",
      "| --- | --- |",
      ...rows.map(({ name, about }) => `| \`${name}\` | ${about} |`),
    ].join("\n");
  const expected = [
    table("Socket.IO: from the server", SOCKET_EVENTS),
    table("Socket.IO: to the server", SOCKET_CALLS),
    table("Plain WebSocket: from the server", WS_EVENTS),
    table("Plain WebSocket: to the server", WS_CALLS),
    table("Webhooks", WEBHOOKS),
  ].join("\n\n");
  const page = readFileSync("docs/events.md", "utf8");
  const head = page.slice(0, page.indexOf("-->") + 4);
  const wanted = `${head}\n${expected}\n`;
  if (process.env.UPDATE_EVENTS) writeFileSync("docs/events.md", wanted);
  // Biome aligns the tables.
  const unaligned = (text: string) => text.replace(/ +/g, " ").replace(/-{3,}/g, "---");
  expect(unaligned(readFileSync("docs/events.md", "utf8"))).toBe(unaligned(wanted));
});

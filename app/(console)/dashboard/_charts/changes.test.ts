import { describe, expect, it } from "vitest";
import type { AuditEntry } from "@/lib/identity/audit/contract";
import { marksOfActs, marksOfAlerts, spansOfWindows } from "./changes";

const entry = (given: Partial<AuditEntry>): AuditEntry => ({
  ...{ id: "act_1", at: "2026-11-28T14:02:00.000Z", action: "updateBot", outcome: "done", code: null },
  by: { kind: "person", id: "1", name: "ada", key_id: null },
  from: { address: null, user_agent: null },
  target: { type: "bot", id: "greeter", name: "Greeter" },
  ...{ bot_id: "greeter", team_id: 1, before: null, after: null, fields: null, request_id: null, seal: null },
  ...given,
});
const texts = (given: Partial<AuditEntry>) => marksOfActs([entry(given)]).map(({ kind, text }) => `${kind}: ${text}`);

describe("marks of acts", () => {
  it("say which version a bot runs now", () => {
    const bot = { kind: "bot", id: "greeter", name: null, key_id: null } as const;
    expect(texts({ action: "registerBot", by: bot, before: { version: "1" }, after: { version: "2" } })).toEqual([
      "deploy: Greeter runs version 2",
    ]);
  });

  it("tell restarts from other commands, which charts show already", () => {
    const target = (name: string) => ({ type: "command", id: "c1", name });
    expect(texts({ action: "sendCommand", target: target("restart") })).toEqual(["restart: Restart by ada"]);
    expect(texts({ action: "sendCommand", target: target("ping") })).toEqual([]);
  });

  it("name settings and other changes with the person", () => {
    expect(texts({ action: "putBotSettings" })).toEqual(["settings: Put bot settings: bot Greeter, by ada"]);
    expect(texts({})).toEqual(["act: Update bot: bot Greeter, by ada"]);
  });

  it("leave out what changed nothing, reads, and what is a person's own", () => {
    expect(texts({ outcome: "refused" })).toEqual([]);
    expect(texts({ outcome: "failed" })).toEqual([]);
    expect(texts({ action: "exportLogs" })).toEqual([]);
    expect(texts({ action: "login", target: { type: "user", id: "1", name: "ada" } })).toEqual([]);
    expect(texts({ action: "createApiKey", target: { type: "api_key", id: "k", name: "CI" } })).toEqual([]);
  });
});

it("gives alerts a mark at the time they first fired", () => {
  const at = "2026-11-28T14:02:00.000Z";
  expect(marksOfAlerts([{ alert_id: "a", severity: "critical", message: "Silent", timestamp: at }])).toEqual([
    { id: "a", at: Date.parse(at), kind: "alert", text: "Alert (critical): Silent" },
  ]);
});

it("shades windows whose two ends are known", () => {
  const [starts_at, ends_at] = ["2026-11-28T14:00:00.000Z", "2026-11-28T15:00:00.000Z"];
  const windows = [
    { window_id: "w", name: "Move", starts_at, ends_at },
    { window_id: "v", name: "Nightly", starts_at: null, ends_at: null },
  ];
  expect(spansOfWindows(windows)).toEqual([
    { id: "w", from: Date.parse(starts_at), to: Date.parse(ends_at), text: "Maintenance: Move" },
  ]);
});

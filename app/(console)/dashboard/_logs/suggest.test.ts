import { describe, expect, it } from "vitest";
import type { Log } from "@/lib/fleet/telemetry/contract";
import { fieldsOf } from "./fields";
import { NOTHING_SEEN, seenIn, withSeen } from "./seen";
import { suggestionsAt, withSuggestion } from "./suggest";

const line = (id: number, metadata: Record<string, unknown>) => ({ id, type: "info", metadata }) as unknown as Log;
const seen = seenIn([
  line(1, { guild: "One", shard: 3 }),
  line(2, { guild: "My server", user: { id: 42 } }),
  line(3, { guild: "My server" }),
]);
const suggested = (text: string, { isOneBot = false, isAsked = false } = {}) =>
  suggestionsAt(text, text.length, seen, { isOneBot, isAsked });
const texts = (text: string) => suggested(text)?.items.map((item) => item.text);

describe("suggestionsAt", () => {
  it("suggests keys, those of the loaded lines too", () => {
    expect(texts("lost l")).toEqual(["level:"]);
    expect(texts("-gu")).toEqual(["guild:"]);
    expect(texts("user")).toEqual(["user.id:"]);
    expect(suggested("b", { isOneBot: true })?.items.map((item) => item.text)).toEqual(["before:"]);
  });
  it("suggests values, the most frequent first, in quotes where they need them", () => {
    expect(texts("guild:")).toEqual(['"My server"', "One"]);
    expect(texts("level:error,w")).toEqual(["warning"]);
    expect(texts("after:1")).toEqual(["15m", "1h"]);
    expect(suggested("bot:Gr")).toMatchObject({ items: [], bot: "Gr", from: 4, to: 6 });
    expect(suggested('bot:"Support d')).toMatchObject({ bot: "Support d", from: 4 });
  });
  it("suggests nothing for other words, and all keys of an empty text only when asked", () => {
    for (const text of ["gateway", "guild:x", "level:error lost", ""]) expect(suggested(text)).toBeUndefined();
    expect(suggested("", { isAsked: true })?.items[0]).toEqual({ text: "level:", note: "error,warning" });
  });
});

describe("withSuggestion", () => {
  it("puts the entry in its place and leaves what follows", () => {
    const found = suggestionsAt("lost gu x", 7, seen, { isOneBot: false, isAsked: false })!;
    expect(withSuggestion("lost gu x", found, found.items[0]!)).toEqual({ text: "lost guild:x", cursor: 11 });
    const value = suggested("guild:m")!;
    expect(withSuggestion("guild:m", value, value.items[0]!)).toEqual({ text: 'guild:"My server" ', cursor: 18 });
  });
});

describe("fieldsOf", () => {
  it("names the values of lists and of fields within fields, as a query does", () => {
    const metadata = { guild: { id: 418870233001122334n, tags: ["a b", 2] }, note: "", "bad key": 1, ok: false };
    expect(fieldsOf(metadata).map((field) => field.label)).toEqual([
      "guild.id:418870233001122334",
      'guild.tags:"a b"',
      "guild.tags:2",
      "ok:false",
    ]);
  });
});

describe("withSeen", () => {
  it("keeps what was seen before, after what was seen lately", () => {
    const both = withSeen(seen, seenIn([line(4, { guild: "New", attempt: 1 })]));
    expect(both.fields.get("guild")).toEqual(["New", "My server", "One"]);
    expect([...both.fields.keys()].sort()).toEqual(["attempt", "guild", "shard", "user.id"]);
    expect(withSeen(both, NOTHING_SEEN).fields).toEqual(both.fields);
  });
});

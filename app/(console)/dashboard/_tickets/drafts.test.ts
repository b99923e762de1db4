import { expect, it } from "vitest";
import { createDrafts } from "./drafts";

function memory() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

it("keeps one draft per ticket and account, and forgets an emptied one", () => {
  const storage = memory();
  const mine = createDrafts(1, () => storage);
  mine.set("a", { text: "half a sent", note: true });
  mine.set("b", { text: "hello", note: false });
  expect(mine.get("a")).toEqual({ text: "half a sent", note: true });
  expect(mine.ids()).toEqual(["a", "b"]);
  expect(createDrafts(2, () => storage).get("a")).toEqual({ text: "", note: false });
  mine.set("a", { text: "", note: true });
  mine.set("b", { text: "", note: false });
  expect(storage.kept.size).toBe(0);
});

it("lets the oldest give way", () => {
  const storage = memory();
  const drafts = createDrafts(1, () => storage);
  for (let at = 0; at < 60; at++) drafts.set(`t${at}`, { text: "x", note: false });
  expect(drafts.ids()).toHaveLength(50);
  expect(drafts.get("t9").text).toBe("");
  expect(drafts.get("t10").text).toBe("x");
});

it("lives with storage that is broken, blocked or full of something else", () => {
  const storage = memory();
  storage.setItem("muster.tickets.drafts.1", "[not json");
  expect(createDrafts(1, () => storage).get("a").text).toBe("");
  storage.setItem("muster.tickets.drafts.1", '{"a":{"text":7}}');
  expect(createDrafts(1, () => storage).get("a")).toEqual({ text: "", note: false });
  const blocked = createDrafts(1, () => {
    throw new Error("blocked");
  });
  blocked.set("a", { text: "x", note: false });
  expect(blocked.get("a").text).toBe("");
});

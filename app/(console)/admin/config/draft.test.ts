import { describe, expect, it } from "vitest";
import { same } from "@/app/_shell/merge";
import { SECTIONS, type SectionName } from "@/lib/core/settings/contract";
import type { SectionStates } from "@/lib/core/settings/queries";
import { changesOf, conflictsOf, currentOf, edited, kept, moved, newDraft } from "./draft";
import { problemOf } from "./problem";

const base = Object.fromEntries(
  (Object.keys(SECTIONS) as SectionName[]).map((name) => [
    name,
    { values: { ...SECTIONS[name].defaults }, version: 1 },
  ]),
) as unknown as SectionStates;
const start = newDraft(base);
const next = (values: object, version: number, by?: string) => ({
  values: { ...SECTIONS.general.defaults, ...values },
  version,
  by,
});

describe("a draft", () => {
  it("holds what differs, and forgets what was put back", () => {
    const draft = edited(start, "general", "command_prefix", "?");
    expect(changesOf(draft)).toEqual([{ section: "general", field: "command_prefix", old: "!", new: "?" }]);
    expect(currentOf(draft, "general", "command_prefix")).toBe("?");
    expect(changesOf(edited(draft, "general", "command_prefix", "!"))).toEqual([]);
  });

  it("follows what others save in fields that were not touched", () => {
    const draft = moved(edited(start, "general", "command_prefix", "?"), "general", next({ bot_name: "B" }, 2, "eve"));
    expect(currentOf(draft, "general", "bot_name")).toBe("B");
    expect(changesOf(draft)).toMatchObject([{ field: "command_prefix", new: "?" }]);
    expect(conflictsOf(draft)).toBe(0);
    expect(draft.base.general.version).toBe(2);
  });

  it("marks a field that somebody else saved differently, until one is chosen", () => {
    const mine = edited(start, "general", "command_prefix", "?");
    const draft = moved(mine, "general", next({ command_prefix: "$" }, 2, "eve"));
    expect(draft.conflicts.general).toEqual({ command_prefix: { by: "eve", theirs: "$" } });
    // It stays marked when something else in the section is saved.
    expect(conflictsOf(moved(draft, "general", next({ command_prefix: "$", bot_name: "B" }, 3, "eve")))).toBe(1);
    const keep = kept(draft, "general", "command_prefix");
    expect([conflictsOf(keep), changesOf(keep)]).toMatchObject([0, [{ old: "$", new: "?" }]]);
    const take = edited(draft, "general", "command_prefix", "$");
    expect([conflictsOf(take), changesOf(take)]).toEqual([0, []]);
  });

  it("has nothing left once its own values are stored, and ignores news that are older", () => {
    const mine = edited(start, "general", "command_prefix", "?");
    const saved = moved(mine, "general", next({ command_prefix: "?" }, 2));
    expect([changesOf(saved), conflictsOf(saved)]).toEqual([[], 0]);
    expect(moved(saved, "general", next({}, 2, "eve"))).toBe(saved);
  });
});

it.each([
  ["general", "bot_name", "", "This is required."],
  ["general", "message_cooldown", 4000, "Enter 3600 or less."],
  ["general", "message_cooldown", "", "Enter a number."],
  ["general", "command_prefix", "a b", "This must be 1 to 5 characters without spaces."],
  ["channels", "log_channel_id", "x", "This must be a Discord id: 5 to 20 digits."],
  ["channels", "log_channel_id", null, undefined],
  ["meme", "default_subreddits", ["memes", "r/x"], "Entry 2: This must be the name of a subreddit, without r/."],
  ["server_guide", "categories", [{ name: "" }], "Entry 1, name: This is required."],
] as const)("%s.%s = %j: %s", (section, field, value, text) => {
  expect(problemOf(section, field, value)).toBe(text);
});

it("compares JSON", () => {
  expect(same({ a: [1, { b: null }], c: 1 }, { c: 1, a: [1, { b: null }] })).toBe(true);
  for (const [a, b] of [
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: 1 }, { a: 1, b: 2 }],
    [[], {}],
    [null, {}],
    ["1", 1],
  ])
    expect(same(a, b)).toBe(false);
});

/** Metadata and names are read for filters and for the order of lists. */
import { expect, it } from "vitest";
import { distinctTags } from "@/lib/core/contract.tag-keys";
import { BotListQuery, BotName } from "@/lib/fleet/bots/contract";
import { facetsOf, nameKeyOf, reportedTags, tagKeys } from "./labels";

it("orders names naturally", () => {
  const names = ["Archivist 10", "archivist 2", "Archivist", "Archivist 002b", "Bot 99999999999999999999", "Bot 1"];
  const sorted = [...names].sort((a, b) => (nameKeyOf(a) < nameKeyOf(b) ? -1 : 1));
  expect(sorted).toEqual([
    ...["Archivist", "archivist 2", "Archivist 002b", "Archivist 10", "Bot 1", "Bot 99999999999999999999"],
  ]);
  expect(nameKeyOf("")).not.toBe("");
});

it("keeps the first spelling of a tag, whatever its case", () => {
  expect(distinctTags(["Music", "alpha", "MUSIC"])).toEqual(["alpha", "Music"]);
  expect(tagKeys(" Music, ,alpha,music")).toEqual(["music", "alpha"]);
});

it("reads properties from metadata, and ignores what cannot be shown", () => {
  const metadata = { platform: " Discord ", version: 3, hostname: "eu-1", tags: ["A", 7, "a", "\u200b", "b,c", null] };
  expect(facetsOf(metadata)).toEqual([
    { kind: "platform", key: "discord", name: "Discord" },
    { kind: "host", key: "eu-1", name: "eu-1" },
    { kind: "tag", key: "a", name: "A" },
    { kind: "tag", key: "b", name: "b" },
    { kind: "tag", key: "c", name: "c" },
  ]);
  expect(reportedTags({ tags: "x, y" })).toEqual(["x", "y"]);
  expect(reportedTags({ tags: Array.from({ length: 500 }, (_, at) => `t${at}`.repeat(40)) })).toHaveLength(32);
  expect(facetsOf({ version: "v".repeat(500) })[0]!.name).toHaveLength(100);
});

it.each(["1a".repeat(64), "\u{1f600}".repeat(64), "漢".repeat(128)])("fits the key of %s into a cursor", (text) => {
  const place = [nameKeyOf(BotName.parse(text)), "b".repeat(128)];
  const cursor = Buffer.from(JSON.stringify(place)).toString("base64url");
  expect(BotListQuery.parse({ cursor }).cursor).toBe(cursor);
});

import { describe, expect, it } from "vitest";
import { columnText } from "./fields";
import { columnsOf } from "./use-columns";

describe("columns", () => {
  it("show the values of a field, also of one within fields", () => {
    const metadata = { guild: { id: 418870233001122334n, name: "My server" }, tags: ["a", 1], ok: false, none: null };
    expect(["guild.id", "guild", "tags", "ok", "none", "absent"].map((key) => columnText(metadata, key))).toEqual([
      ...["418870233001122334", '{"id":418870233001122334,"name":"My server"}', "a, 1", "false", "", ""],
    ]);
  });

  it("are at most five names of fields, each once", () => {
    expect(columnsOf("guild,a b,guild,,__x,a.b,c,d,e,f")).toEqual(["guild", "__x", "a.b", "c", "d"]);
    expect(columnsOf("")).toEqual([]);
  });
});

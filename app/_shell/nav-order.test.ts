import { describe, expect, it } from "vitest";
import { orderedGroups } from "./nav-order";
import type { NavGroup } from "./navigation";

const groups: NavGroup[] = [
  { title: "Operate", items: ["/a", "/b", "/c"].map((href) => ({ href, label: href })) },
  { title: "More", items: ["/x", "/y"].map((href) => ({ href, label: href })), isFolded: true },
];
const shown = (order: string[]) =>
  orderedGroups(groups, order).map(({ items }) => items.map(({ href }) => href).join());

describe("the order of the sidebar", () => {
  it("is the default until a page was moved", () => {
    expect(orderedGroups(groups, [])).toBe(groups);
  });

  it("orders the pages of each group and leaves the groups", () => {
    expect(shown(["/c", "/y", "/a", "/b", "/x"])).toEqual(["/c,/a,/b", "/y,/x"]);
  });

  it("puts a new page behind the one that it follows by default, and ignores pages that are gone", () => {
    expect(shown(["/gone", "/c", "/a", "/y"])).toEqual(["/c,/a,/b", "/x,/y"]);
  });
});

import { describe, expect, it } from "vitest";
import { COLUMNS, DEFAULT_COLUMNS, layoutOf } from "./columns";

describe("the columns of the list of bots", () => {
  it("show more of the default ones the wider the window is", () => {
    const { columns, templates } = layoutOf(DEFAULT_COLUMNS);
    expect(Object.fromEntries(columns.map(({ id, from }) => [id, from]))).toEqual({
      ...{ platform: "lg", last_active: "md", uptime: "xl", pending: "md", failures: "md", errors: "md" },
    });
    expect(templates.md).toBe("7rem minmax(0,1fr) 7rem 4.5rem 4rem 4rem 2rem");
    expect(templates["2xl"]).toBe("7rem minmax(0,1fr) 7rem 7rem minmax(9rem,1fr) 5rem 5rem 5rem 2rem");
  });

  it("leave out those without room, least important first, and show them once another is left out", () => {
    const all = COLUMNS.map(({ id }) => id);
    const { columns } = layoutOf(all);
    expect(columns).toContainEqual({ id: "version", from: "2xl" });
    expect(columns).toContainEqual({ id: "host", from: "wide" });
    const without = layoutOf(all.filter((id) => id !== "uptime"));
    expect(without.columns).toContainEqual({ id: "version", from: "xl" });
    expect(without.columns).toContainEqual({ id: "host", from: "2xl" });
  });

  it("all have room in the widest windows", () => {
    expect(layoutOf(COLUMNS.map(({ id }) => id)).columns).toHaveLength(COLUMNS.length);
  });

  it("leave only status, name and menu when nothing is chosen", () => {
    expect(layoutOf([])).toMatchObject({ columns: [], templates: { md: "7rem minmax(0,1fr) 2rem" } });
  });
});

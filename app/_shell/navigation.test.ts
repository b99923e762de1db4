import { describe, expect, it } from "vitest";
import { ICONS } from "./folded-icon";
import { KEYWORDS } from "./keywords";
import { navigationFor } from "./navigation";

const labels = (role: "user" | "moderator" | "admin", has_bots = true) => {
  const groups = navigationFor({ role, has_bots }, []);
  return {
    open: groups.flatMap(({ isFolded, title, items }) => (isFolded ? [title] : items.map(({ label }) => label))),
    all: groups.flatMap(({ items }) => items.map(({ label }) => label)),
  };
};

describe("the navigation", () => {
  it.each(["user", "moderator", "admin"] as const)("has at most ten entries for the role %s", (role) => {
    expect(labels(role).open.length).toBeLessThanOrEqual(10);
    for (const rare of ["Feeds", "GraphQL"]) {
      expect(labels(role).open).not.toContain(rare);
      expect(labels(role).all).toContain(rare);
    }
  });

  it("shows people without a bot what they came for, and keeps the rest within reach", () => {
    const { open, all } = labels("user", false);
    expect(open).toEqual(["Overview", "Bots", "Tickets", "Transfers", "More"]);
    expect(all).toEqual(expect.arrayContaining(["Commands", "Logs", "Messages", "Alerts", "Account"]));
    expect(labels("user").all.toSorted()).toEqual(all.toSorted());
  });

  it("has an icon and words for the search for every page, which stand in files that are loaded later", () => {
    const pages = navigationFor({ role: "admin", has_bots: true }, []).flatMap(({ items }) => items);
    for (const { href, icon } of pages) {
      expect([href, icon ?? ICONS[href]]).toEqual([href, expect.anything()]);
      expect([href, KEYWORDS[href]]).toEqual([href, expect.any(String)]);
    }
    expect(Object.keys(KEYWORDS).toSorted()).toEqual(pages.map(({ href }) => href).toSorted());
  });

  it("leaves out pages of other roles and of features that are off", () => {
    expect(labels("user").all).not.toContain("Users");
    expect(labels("moderator").all).toContain("Users");
    expect(labels("moderator").all).not.toContain("System");
    const groups = navigationFor({ role: "admin", has_bots: true }, ["plugins", "transfers"]);
    const shown = groups.flatMap(({ items }) => items.map(({ label }) => label));
    expect(shown).not.toContain("Plugins");
    expect(shown).not.toContain("Transfers");
  });
});

import { expect, it } from "vitest";
import { addVersion, mergeNotes, notesOf } from "./changelog";

const change = (bump: string, body: string) => `---\n"muster": ${bump}\n---\n\n${body}\n`;
const CHANGELOG = "# Changelog\n\nIntroduction.\n\n## [0.1.0] - 2026-01-01\n\n### Added\n\n- Everything.\n";

it("merges the notes of changesets under the headings of the changelog, upgrade notes first", () => {
  const files = new Map([
    ["a.md", change("patch", "### Fixed\n\n- A fix\n  of two lines.")],
    [
      "b.md",
      change("minor", "### Added\n\n- A feature.\n\n### Upgrade notes\n\n- A change of yours.\n\n### Fixed\n\n- B."),
    ],
  ]);
  expect(mergeNotes(files)).toBe(
    "### Upgrade notes\n\n- A change of yours.\n\n### Added\n\n- A feature.\n\n### Fixed\n\n- A fix\n  of two lines.\n- B.\n",
  );
});

it.each(["- No heading.", "### News\n\n- An unknown heading."])("refuses %j and names the file", (body) => {
  expect(() => mergeNotes(new Map([["odd.md", change("patch", body)]]))).toThrow(/^odd\.md: /);
});

it("adds a version above the newest one and reads its notes back", () => {
  const notes = "### Fixed\n\n- A.\n";
  const changelog = addVersion(CHANGELOG, "0.2.0", "2026-02-01", notes);
  expect(changelog).toBe(CHANGELOG.replace("## [0.1.0]", `## [0.2.0] - 2026-02-01\n\n${notes}\n## [0.1.0]`));
  expect(notesOf(changelog, "0.2.0")).toBe(notes);
  expect(notesOf(changelog, "0.1.0")).toBe("### Added\n\n- Everything.\n");
});

it("throws when the changelog has no section for a version", () => {
  expect(() => notesOf(CHANGELOG, "0.1")).toThrow("CHANGELOG.md has no section for 0.1");
});

/** The changelog's form: notes of changesets merged by heading, and sections of CHANGELOG.md written and read. */

const HEADINGS = ["Upgrade notes", "Added", "Changed", "Fixed", "Security"];

/**
 * Merges the notes of several changesets under the changelog's headings, in its order.
 *
 * @param files contents of .changeset/*.md by file name
 * @throws Error naming the file whose notes stand under no heading or under an unknown one
 */
export function mergeNotes(files: ReadonlyMap<string, string>): string {
  const lines = new Map<string, string[]>(HEADINGS.map((heading) => [heading, []]));
  for (const [file, text] of files) {
    let heading: string | undefined;
    for (const line of text.replace(/^---\n[\s\S]*?\n---\n/, "").split("\n")) {
      if (line.startsWith("### ")) heading = line.slice(4).trim();
      else if (line.trim() !== "") {
        const group = heading && lines.get(heading);
        if (!group) throw new Error(`${file}: put notes under one of ### ${HEADINGS.join(", ### ")}`);
        group.push(line.trimEnd());
      }
    }
  }
  return [...lines]
    .filter(([, group]) => group.length > 0)
    .map(([heading, group]) => `### ${heading}\n\n${group.join("\n")}\n`)
    .join("\n");
}

/** CHANGELOG.md with a new version above the newest one. @param date ISO 8601 */
export function addVersion(changelog: string, version: string, date: string, notes: string): string {
  const start = changelog.search(/^## /m);
  const at = start < 0 ? changelog.length : start;
  return `${changelog.slice(0, at)}## [${version}] - ${date}\n\n${notes}\n${changelog.slice(at)}`;
}

/** The notes of one version in CHANGELOG.md. @throws Error when it has no section */
export function notesOf(changelog: string, version: string): string {
  const [, ...sections] = changelog.split(/^## /m);
  const section = sections.find((text) => text.startsWith(`[${version}]`));
  if (section === undefined) throw new Error(`CHANGELOG.md has no section for ${version}`);
  return `${section.slice(section.indexOf("\n")).trim()}\n`;
}

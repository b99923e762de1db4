/**
 * Releases, around @changesets/cli, which decides the next version and deletes the files it used.
 *
 *   npm run release -- version   the files of .changeset/ become a version: package.json, the lock, the clients, CHANGELOG.md
 *   npm run release -- notes     prints the notes of the current version
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addVersion, mergeNotes, notesOf } from "./release/changelog";

const read = (file: string) => readFileSync(file, "utf8");
const versionOf = (file: string): string => JSON.parse(read(file)).version;

function fail(message: string): never {
  console.error(`release: ${message}`);
  process.exit(1);
}

function pendingNotes(): string {
  const files = readdirSync(".changeset").filter((file) => file.endsWith(".md") && file !== "README.md");
  if (files.length === 0) fail("nothing to release: .changeset/ holds no changes");
  return mergeNotes(new Map(files.sort().map((file) => [file, read(join(".changeset", file))])));
}

/** Writes the new version in the other files that contain it: the server and its clients share one version. */
function replaceVersion(file: string, pattern: RegExp, version: string) {
  const before = read(file);
  const after = before.replace(pattern, (_, head: string, tail: string) => `${head}${version}${tail}`);
  if (after === before) fail(`${file} has no version to replace`);
  writeFileSync(file, after);
}

function makeVersion() {
  const notes = pendingNotes();
  const { status } = spawnSync(process.execPath, ["node_modules/@changesets/cli/bin.js", "version"], {
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
  const version = versionOf("package.json");
  const field = /^( {2}"version": ")[^"]+(")/m;
  replaceVersion("package-lock.json", field, version);
  replaceVersion(
    "package-lock.json",
    /("packages": \{\n {4}"": \{\n {6}"name": "muster",\n {6}"version": ")[^"]+(")/,
    version,
  );
  for (const file of ["clients/typescript/package.json", "clients/cli/package.json"])
    replaceVersion(file, field, version);
  replaceVersion("clients/python/muster/client.py", /^(__version__ = ")[^"]+(")/m, version);
  replaceVersion("clients/python/METADATA", /^(Version: ).+()$/m, version);
  for (const file of [
    "clients/README.md",
    "clients/python/README.md",
    ...["discord-py", "telegram-python"].map((page) => `docs/clients/${page}.md`),
  ])
    replaceVersion(file, /(muster_client-)[\d.]+(-py3)/, version);
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync("CHANGELOG.md", addVersion(read("CHANGELOG.md"), version, date, notes));
  console.log(`release: ${version}`);
}

try {
  const verb = process.argv[2];
  if (verb === "version") makeVersion();
  else if (verb === "notes") process.stdout.write(notesOf(read("CHANGELOG.md"), versionOf("package.json")));
  else fail("usage: release version | notes");
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

/** Finds plugin folders, and checks whether each plugin.json can be used. */

import { existsSync, realpathSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readJson } from "@/lib/core/format/json";
import { paramsCheck } from "@/lib/fleet/manifests";
import { PluginManifest, PluginName } from "./contract";
import { checkFolder } from "./folder";

const MANIFEST_BYTES = 65_536;
/** The most folders that are read in one place. */
const FOLDERS_MAX = 200;

/** A folder in a place for plugins. Without a valid manifest the plugin is broken, and `problem` says what to fix. */
export type Found = { name: string; folder: string; manifest?: PluginManifest; problem?: string };

/**
 * Finds every plugin in these places. If two have the same name, the one in the first place is used. A place that does
 * not exist has no plugins.
 */
export async function findPlugins(places: readonly string[], version: string): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  for (const place of places) {
    if (!existsSync(place)) continue;
    const entries = await readdir(place, { withFileTypes: true });
    const folders = entries.filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && isName(entry.name));
    for (const { name } of folders.slice(0, FOLDERS_MAX))
      if (!found.has(name) && existsSync(join(place, name, "plugin.json")))
        found.set(name, await readPlugin(join(place, name), name, version));
  }
  return found;
}

const isName = (name: string) => PluginName.safeParse(name).success;

/** Reads the plugin in one folder. Never throws: an error becomes `problem`. */
export async function readPlugin(at: string, name: string, version: string): Promise<Found> {
  try {
    // Resolve links: the plugin's process may read only this folder.
    const folder = realpathSync(at);
    try {
      return { name, folder, manifest: await readManifest(folder, name, version) };
    } catch (error) {
      return { name, folder, problem: (error as Error).message };
    }
  } catch {
    return { name, folder: at, problem: "its folder cannot be read" };
  }
}

async function readManifest(folder: string, name: string, version: string): Promise<PluginManifest> {
  checkFolder(folder);
  const text = await readFile(join(folder, "plugin.json"), "utf8").catch(() => {
    throw new Error("plugin.json cannot be read");
  });
  if (text.length > MANIFEST_BYTES) throw new Error(`plugin.json: is larger than ${MANIFEST_BYTES} bytes`);
  let json: unknown;
  try {
    json = readJson(text);
  } catch (error) {
    throw new Error(`plugin.json: ${(error as Error).message}`);
  }
  const parsed = PluginManifest.safeParse(json);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new Error(`plugin.json: ${[path.join("."), message].filter(Boolean).join(": ")}`);
  }
  const manifest = parsed.data;
  if (manifest.name !== name) throw new Error(`plugin.json: name: must be "${name}", as its folder is called`);
  if (older(version, manifest.muster)) throw new Error(`needs Muster ${manifest.muster} or newer; this is ${version}`);
  try {
    paramsCheck(manifest.settings);
  } catch (error) {
    throw new Error(`plugin.json: settings: ${(error as Error).message}`);
  }
  if (!existsSync(join(folder, "index.mjs"))) throw new Error("index.mjs is not there");
  return manifest;
}

/** Is version `a` older than `b`? Pre-releases count as the release. */
function older(a: string, b: string): boolean {
  const numbersOf = (text: string) => text.split("-")[0]!.split(".").map(Number);
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (let at = 0; at < 3; at++) if (left[at] !== right[at]) return left[at]! < right[at]!;
  return false;
}

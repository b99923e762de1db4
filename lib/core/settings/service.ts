/** Rules of the configuration: who reads and changes it, what a change is, what may be taken back. */

import { isAbsolute, relative, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { type Actor, asAdmin, type UserActor } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import { registerCache } from "@/lib/core/caches";
import { type Clock, iso } from "@/lib/core/clock";
import { AppError, invalid, unavailable } from "@/lib/core/errors";
import { staleUpdate } from "@/lib/core/versions";
import {
  BOT_SECTIONS,
  type ConfigChange,
  SECTIONS,
  type SectionName,
  type SectionPatch,
  type Sections,
  type ServerPatch,
  type WholeConfig,
} from "./contract";
import { FEATURES, type Feature, offBy } from "./contract.features";
import type { ConfigStore, StoredSection } from "./store";

type Deps = {
  store: ConfigStore;
  bots: { reach(actor: Actor, botId: string, need: "read" | "manage"): Promise<{ owner_id: number | null }> };
  /** Returns whether the account is an active admin's. */
  isAdmin(userId: number): Promise<boolean>;
  emit: Emit;
  now: Clock;
  /** Absolute path that `transfers.downloadDir` stays within. */
  downloadRoot: string;
};
type Values = Record<string, unknown>;
type Current = { value: Values; version: number };
type Edit = {
  section: SectionName;
  /** Refused when the section is at another version by now. */
  version?: number;
  undoes?: number;
  action: ConfigChange["action"];
  /** The fields as they should become. @throws AppError */
  fields(current: Values): Values;
};

const NAMES = Object.keys(SECTIONS) as SectionName[];
/** A fact from another process may be lost: no process acts on an older configuration for longer than this. */
const FRESH_MS = 30_000;
const TRIES = 7;

export function createConfigService({ store, bots, isAdmin, emit, now, downloadRoot }: Deps) {
  let cached: { at: number; all: Promise<Record<SectionName, Current>> } | undefined;

  async function load(): Promise<Record<SectionName, Current>> {
    return effective(await store.all());
  }
  function fresh() {
    if (!cached || now() - cached.at > FRESH_MS) {
      const mine = { at: now(), all: load() };
      cached = mine;
      mine.all.catch(() => void (cached === mine && forget()));
    }
    return cached.all;
  }
  function forget(): void {
    cached = undefined;
  }
  registerCache("config", { size: () => (cached ? 1 : 0), clear: forget });

  /** A section as other rooms act on it: defaults filled in, never older than 30 s. Do not change what it answers. */
  async function section<S extends SectionName>(name: S): Promise<Sections[S]> {
    return (await fresh())[name].value as Sections[S];
  }

  /** Is that part of the server switched on? */
  async function has(feature: Feature): Promise<boolean> {
    return !offBy(feature, await section("features"));
  }

  /**
   * For whoever asks something of a part of the server that may be switched off.
   *
   * @throws AppError FORBIDDEN naming the part and its switch: trying again does not help until an admin switches it on
   */
  async function demand(feature: Feature): Promise<void> {
    const by = offBy(feature, await section("features"));
    if (!by) return;
    const { says } = FEATURES[feature];
    throw new AppError("FORBIDDEN", `${says} turned off on this server (settings: features.${by})`, {
      feature,
      switch: by,
    });
  }

  /** Absolute path of the folder downloads go to. */
  async function downloadDir(): Promise<string> {
    return resolve(downloadRoot, (await section("transfers")).downloadDir);
  }

  /** One section and its version. Admins. @throws AppError FORBIDDEN */
  async function read<S extends SectionName>(actor: Actor, name: S): Promise<Sections[S] & { version: number }> {
    asAdmin(actor);
    const { value, version } = (await load())[name];
    return { ...(value as Sections[S]), version };
  }

  /** The whole configuration as documents 002 and 003 show it. Admins. */
  async function all(actor: Actor): Promise<WholeConfig> {
    asAdmin(actor);
    const current = await load();
    return {
      ...serverFields(current),
      ...community(current),
      version: serverVersion(current),
      versions: Object.fromEntries(NAMES.map((name) => [name, current[name].version])),
    };
  }

  /** Document 002's fields. */
  function serverFields(current: Record<SectionName, Current>) {
    const transfers = current.transfers.value as Sections["transfers"];
    const { phase1, phase2, phase3, ...features } = current.features.value as Sections["features"];
    const downloadDir = resolve(downloadRoot, transfers.downloadDir);
    return { ...transfers, downloadDir, enabledPhases: { phase1, phase2, phase3 }, features };
  }

  /**
   * Changes some fields of a section.
   *
   * @param patch  `version`, when given, is the version the fields were edited from
   * @throws AppError CONFLICT  the section was changed since; `details` hold its fields as they are
   */
  async function update<S extends SectionName>(actor: Actor, name: S, patch: SectionPatch<S>) {
    const { version, ...fields } = patch;
    const edit: Edit & { section: S } = {
      section: name,
      version,
      action: "update",
      fields: () => placed(name, fields),
    };
    return one<S>(asAdmin(actor, "admin"), edit, "Configuration updated");
  }

  /**
   * Document 002's PATCH: both of its sections or neither.
   *
   * @param edited  the version of both that the fields were edited from, if it must still be stored
   * @returns the fields that were sent, and the new version
   * @throws AppError CONFLICT  another version is stored
   */
  async function updateServer(actor: Actor, patch: ServerPatch, edited?: number) {
    const { enabledPhases, features, ...transfers } = patch;
    const edits: Edit[] = [
      { section: "transfers", action: "update", fields: () => placed("transfers", transfers) },
      { section: "features", action: "update", fields: () => ({ ...enabledPhases, ...features }) },
    ];
    const next = await apply(asAdmin(actor, "admin"), edits, (current) => {
      const version = serverVersion(current);
      if (edited === undefined || edited === version) return;
      const value = serverFields(current);
      throw staleUpdate("The configuration", { version, value }, edited, { ...value, ...patch });
    });
    return { updated: Object.keys(patch), version: serverVersion(next) };
  }

  /** Restores a section's defaults. @param version as for `update` */
  async function reset(actor: Actor, name: SectionName, version?: number) {
    const fields = () => SECTIONS[name].defaults;
    return one(asAdmin(actor, "admin"), { section: name, version, action: "reset", fields }, "Defaults restored");
  }

  /**
   * Takes back what one change changed, and nothing else.
   *
   * @throws AppError NOT_FOUND  no such change, or it is not kept any more
   * @throws AppError CONFLICT   one of its fields was changed again since
   */
  async function undo(actor: Actor, name: SectionName, version: number) {
    const user = asAdmin(actor, "admin");
    const change = await store.change(name, version);
    if (!change) throw new AppError("NOT_FOUND", `There is no change ${version} of this section`);
    const fields = (current: Values) => {
      const back: Values = {};
      for (const [field, { old, new: became }] of Object.entries(change.changes)) {
        if (!(field in SECTIONS[name].shape)) continue;
        if (!isDeepStrictEqual(current[field], became))
          throw new AppError(
            "CONFLICT",
            `${field}: was changed again after version ${version}; undo that change first`,
            {
              field,
            },
          );
        back[field] = old;
      }
      return back;
    };
    return one(user, { section: name, action: "undo", undoes: version, fields }, `Change ${version} taken back`);
  }

  /** Newest first. Admins. */
  async function history(actor: Actor, name: SectionName, page: { limit: number; before?: number }) {
    asAdmin(actor);
    const [list, current] = await Promise.all([store.history(name, page.limit, page.before), load()]);
    return { history: list, count: list.length, version: current[name].version };
  }

  /**
   * The sections a bot reads. Anybody may own a bot, and the configuration is for admins: only their bots get it.
   *
   * @throws AppError NOT_FOUND, FORBIDDEN
   */
  async function forBot(actor: Actor, botId: string) {
    const { owner_id } = await bots.reach(actor, botId, "read");
    if (!(actor.kind === "user" && actor.role === "admin") && !(await mayHear(owner_id)))
      throw new AppError("FORBIDDEN", "Only bots owned by an admin can read the settings");
    const current = await load();
    const versions = Object.fromEntries(BOT_SECTIONS.map((name) => [name, current[name].version]));
    return { config: community(current), versions };
  }

  /** May bots of this owner know the configuration? */
  async function mayHear(ownerId: number | null): Promise<boolean> {
    return ownerId !== null && (await isAdmin(ownerId));
  }

  /** One edit; answers what to say, the section's fields and its version. */
  async function one<S extends SectionName>(user: UserActor, edit: Edit & { section: S }, message: string) {
    const { [edit.section]: current } = await apply(user, [edit]);
    return { message, ...(current.value as Sections[S]), version: current.version };
  }

  /**
   * Makes all edits or none; sections that do not differ afterwards keep their version.
   *
   * @param demand  called with what is stored before each attempt; throws when the edits no longer fit
   */
  async function apply(
    user: UserActor,
    edits: Edit[],
    demand?: (current: Record<SectionName, Current>) => void,
  ): Promise<Record<SectionName, Current>> {
    const by = { user_id: user.user_id, username: user.username };
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const current = await load();
      demand?.(current);
      const next = { ...current };
      const writes = [];
      for (const { section: name, version, action, undoes = null, fields } of edits) {
        const before = current[name];
        if (version !== undefined && version !== before.version)
          throw stale(name, before, version, fields(before.value));
        const value = valid(name, { ...before.value, ...fields(before.value) });
        const changes = diff(before.value, value);
        if (Object.keys(changes).length === 0) continue;
        next[name] = { value, version: before.version + 1 };
        const change = { version: before.version + 1, action, undoes, changes, by, at: iso(now()) };
        writes.push({ section: name, value: beyondDefaults(name, value), before: before.version, change });
      }
      if (writes.length > 0 && !(await store.write(writes))) {
        // Apart from the others, who would collide again if all came back at once.
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));
        continue;
      }
      forget();
      for (const { section: name, change } of writes) {
        const { version, changes, action } = change;
        emit("config.changed", { section: name, version, action, changes, config: next[name].value, by });
      }
      return next;
    }
    throw unavailable("The configuration changes too often at this moment; nothing was stored");
  }

  /** Fields to store: an absolute folder becomes one within the root. @throws AppError INVALID_INPUT */
  function placed(name: SectionName, fields: Values): Values {
    if (name !== "transfers" || typeof fields.downloadDir !== "string") return fields;
    const within = relative(downloadRoot, resolve(downloadRoot, fields.downloadDir));
    if (within.startsWith("..") || isAbsolute(within))
      throw invalid("downloadDir", `must be within ${downloadRoot} (the environment's DOWNLOAD_DIR)`);
    return { ...fields, downloadDir: within };
  }

  return {
    section,
    has,
    demand,
    downloadDir,
    read,
    all,
    update,
    updateServer,
    reset,
    undo,
    history,
    forBot,
    mayHear,
    forget,
  };
}

const community = (current: Record<SectionName, Current>) =>
  Object.fromEntries(BOT_SECTIONS.map((name) => [name, current[name].value])) as Pick<
    Sections,
    (typeof BOT_SECTIONS)[number]
  >;

/** Every section with defaults filled in. A stored field that this version of the server does not take is left out. */
function effective(stored: StoredSection[]): Record<SectionName, Current> {
  const rows = new Map(stored.map((row) => [row.section, row]));
  return Object.fromEntries(
    NAMES.map((name) => {
      const row = rows.get(name);
      const value: Values = { ...SECTIONS[name].defaults };
      const shape = SECTIONS[name].shape as z.ZodRawShape;
      for (const [field, was] of Object.entries(row?.value ?? {}))
        if (Object.hasOwn(shape, field) && z.safeParse(shape[field]!, was).success) value[field] = was;
      return [name, { value, version: row?.version ?? 0 }];
    }),
  ) as Record<SectionName, Current>;
}

/** @throws AppError INVALID_INPUT when a value taken from the history is not valid any more */
function valid(name: SectionName, value: Values): Values {
  const parsed = SECTIONS[name].values.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw invalid(path.map(String).join("."), message);
}

function diff(before: Values, after: Values): ConfigChange["changes"] {
  const fields = Object.keys(after).filter((field) => !isDeepStrictEqual(before[field], after[field]));
  return Object.fromEntries(fields.map((field) => [field, { old: before[field], new: after[field] }]));
}

function beyondDefaults(name: SectionName, value: Values): Values {
  const defaults = SECTIONS[name].defaults as Values;
  return Object.fromEntries(Object.entries(value).filter(([field, one]) => !isDeepStrictEqual(one, defaults[field])));
}

/** `config` is what versions up to 1.x called `stored`. */
function stale(name: SectionName, { value, version }: Current, edited: number, fields: Values): AppError {
  const error = staleUpdate(`The section ${name}`, { version, value }, edited, { ...value, ...fields });
  return new AppError("CONFLICT", error.message, { ...error.details, config: value });
}

/** Both sections' versions only grow, so their sum changes whenever one of them does. */
const serverVersion = ({ transfers, features }: Record<SectionName, Current>) => transfers.version + features.version;

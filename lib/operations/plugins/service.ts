/**
 * Rules of plugins: who enables them, and what becomes of their processes.
 *
 * Processes. Each process of the server runs every enabled plugin and tells it the facts raised in that process, so a hook
 * runs once for each fact. State, settings, memory and log are in the database; figures are each process's own.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { type Actor, asAdmin, asUser } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { staleUpdate } from "@/lib/core/versions";
import { type ActionDeps, createActions } from "./actions";
import { HOOKS, type HookName, type LogLevel, type Plugin, type PluginDetail, type PluginLogLine } from "./contract";
import type { PluginLog } from "./log";
import { type Found, findPlugins, readPlugin } from "./manifest";
import { startRunner } from "./runner";
import { checkSettings, effective, replaced, shown } from "./settings";
import type { PluginRow, PluginStore } from "./store";
import { createSupervisor, LIMITS, type Limits, type Supervisor } from "./supervisor";
import type { HookEvents } from "./types";
import { settingsViewOf, viewOf } from "./views";

type Deps = {
  store: PluginStore;
  log: PluginLog;
  /** Where plugins are looked for, first come first served. */
  places: readonly string[];
  actions: ActionDeps;
  emit: Emit;
  now: Clock;
  /** Muster's. */
  version: string;
  limits?: Partial<Limits>;
};

/** Plugins that may be enabled at once: each is a process. */
const ENABLED_MAX = 32;

export function createPluginService({ store, log, places, actions, emit, now, version, limits }: Deps) {
  let found = new Map<string, Found>();
  let rows = new Map<string, PluginRow>();
  /** The running ones, and the figures of those that ran. */
  const running = new Map<string, Supervisor>();
  let listening = new Map<HookName, { name: string; supervisor: Supervisor; types?: ReadonlySet<string> }[]>();
  /** The plugin on whose behalf something happens: it is not told of that itself. */
  const acting = new AsyncLocalStorage<string>();
  /** Why an enabled plugin does not run in this process. */
  const troubles = new Map<string, string>();
  const lastSteps = new Map<string, Promise<unknown>>();
  let ended = false;

  /** One change of a plugin after the other. */
  function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const step = (lastSteps.get(name) ?? Promise.resolve()).then(work, work);
    lastSteps.set(name, step);
    const done = () => void (lastSteps.get(name) === step && lastSteps.delete(name));
    step.then(done, done);
    return step;
  }

  /** Reads folders and state, and starts what is enabled, without waiting for it. */
  async function start(): Promise<void> {
    ended = false;
    await scan();
    for (const row of rows.values())
      if (row.enabled && found.get(row.name)?.manifest) {
        const supervisor = supervise(found.get(row.name)!);
        adopt(row.name, supervisor);
        supervisor.begin();
      }
  }

  async function stop(): Promise<void> {
    ended = true;
    await Promise.all([...running.values()].map((one) => one.stop()));
    await log.flush();
  }

  async function scan(): Promise<void> {
    found = await findPlugins(places, version);
    rows = new Map((await store.all()).map((row) => [row.name, row]));
  }

  function supervise({ name, folder, manifest }: Found): Supervisor {
    const { hooks, permissions, settings } = manifest!;
    const say = (level: LogLevel, message: string) => log.add(name, level, message);
    const call = createActions(name, permissions, actions, say);
    const supervisor: Supervisor = createSupervisor({
      launch: () =>
        startRunner({
          folder,
          hooks,
          settings: effective(settings, rows.get(name)?.settings ?? {}),
          onCall: (method, args) => acting.run(name, () => call(method, args)),
          onLog: say,
          onProblem: (message) => supervisor.problem(message),
        }),
      onGiveUp: (reason) => void inTurn(name, () => giveUp(name, supervisor, reason)),
      onLog: say,
      now,
      limits: { ...LIMITS, ...limits },
    });
    return supervisor;
  }

  /** From now on this one is the plugin. */
  function adopt(name: string, supervisor: Supervisor) {
    running.set(name, supervisor);
    troubles.delete(name);
    listen();
  }

  /** Works out anew who is told of what. */
  function listen() {
    listening = new Map(HOOKS.map((hook) => [hook, []]));
    for (const [name, supervisor] of running) {
      const { hooks = [], log_types } = found.get(name)?.manifest ?? {};
      const types = log_types && new Set(log_types);
      for (const hook of hooks) listening.get(hook)!.push({ name, supervisor, ...(hook === "log" && { types }) });
    }
  }

  async function giveUp(name: string, supervisor: Supervisor, reason: string): Promise<void> {
    if (running.get(name) !== supervisor || !rows.get(name)?.enabled) return;
    log.add(name, "error", `Disabled: ${reason}`);
    await save(name, { enabled: false, disabled_reason: `Disabled: ${reason}`, changed_by: null });
    emit("plugin.changed", { name, change: "disabled", by: null });
  }

  async function save(name: string, change: Parameters<PluginStore["save"]>[1]): Promise<void> {
    await store.save(name, change);
    await reread(name);
  }

  async function reread(name: string): Promise<void> {
    const row = await store.find(name);
    if (row) rows.set(name, row);
  }

  /** Ends a plugin's process; its figures stay to be seen. */
  const halt = async (name: string) => running.get(name)?.stop();

  /**
   * A fresh process with the files as they are now takes over; one that runs goes on until then, or when they are not usable.
   * @throws CONFLICT why not, INVALID_INPUT a setting is missing
   */
  async function launch(name: string): Promise<void> {
    const before = found.get(name)!;
    const fresh = await readPlugin(before.folder, name, version);
    const keeps = running.get(name)?.state === "running";
    if (!keeps || fresh.manifest) found.set(name, fresh);
    try {
      if (!fresh.manifest) throw new AppError("CONFLICT", `${name} cannot be loaded: ${fresh.problem}`);
      checkSettings(fresh.manifest.settings, rows.get(name)?.settings ?? {});
      const supervisor = supervise(fresh);
      await supervisor.start().catch((error: Error) => {
        throw new AppError("CONFLICT", `${name} cannot be loaded: ${error.message}`);
      });
      await halt(name);
      adopt(name, supervisor);
    } catch (error) {
      log.add(name, "error", (error as Error).message);
      if (keeps) found.set(name, before);
      else troubles.set(name, (error as Error).message);
      throw error;
    }
    log.add(name, "info", `Started version ${fresh.manifest.version}`);
  }

  /**
   * Starts and stops a plugin; kept over restarts.
   *
   * @throws AppError NOT_FOUND     there is no such plugin
   * @throws AppError CONFLICT      it cannot be started, and why; or too many are enabled
   * @throws AppError INVALID_INPUT a setting that it needs is missing
   */
  async function setEnabled(actor: Actor, name: string, enabled: boolean): Promise<Plugin> {
    const { user_id } = asAdmin(actor, "admin");
    return inTurn(name, async () => {
      await known(name);
      const was = rows.get(name)?.enabled ?? false;
      if (enabled) {
        if (was && running.get(name)?.state === "running") return plugin(name);
        if (!was && [...rows.values()].filter((row) => row.enabled).length >= ENABLED_MAX)
          throw new AppError(
            "CONFLICT",
            `At most ${ENABLED_MAX} plugins can be enabled at the same time: disable one first`,
          );
        await launch(name);
      } else {
        await halt(name);
        if (was) log.add(name, "info", "Stopped");
      }
      if (was !== enabled || rows.get(name)?.disabled_reason) {
        await save(name, { enabled, disabled_reason: null, changed_by: user_id });
        emit("plugin.changed", { name, change: enabled ? "enabled" : "disabled", by: user_id });
      }
      return plugin(name);
    });
  }

  /**
   * A fresh process with the files as they are now. When they are not usable the old one goes on.
   * @throws AppError NOT_FOUND; CONFLICT it is not enabled, or cannot be started
   */
  async function reload(actor: Actor, name: string): Promise<Plugin> {
    const { user_id } = asAdmin(actor, "admin");
    return inTurn(name, async () => {
      await known(name);
      if (!rows.get(name)?.enabled) throw new AppError("CONFLICT", `${name} is not loaded: load it first`);
      await launch(name);
      emit("plugin.changed", { name, change: "reloaded", by: user_id });
      return plugin(name);
    });
  }

  /**
   * Replaces the settings; a running plugin sees them at once.
   *
   * @param edited  the version they were edited from, if it must still be stored
   * @throws AppError NOT_FOUND, INVALID_INPUT; CONFLICT when the plugin is broken, or another version is stored
   */
  async function putSettings(
    actor: Actor,
    name: string,
    given: Record<string, unknown>,
    edited?: number,
  ): Promise<PluginDetail> {
    const { user_id } = asAdmin(actor, "admin");
    return inTurn(name, async () => {
      const { manifest, problem } = await known(name);
      if (!manifest) throw new AppError("CONFLICT", `${name} is broken: ${problem}`);
      // Secrets that are left out come from what is stored: it is read and replaced as one, whatever other processes do.
      let settings: Record<string, unknown>;
      for (;;) {
        const row = await store.find(name);
        const version = row?.settings_version ?? 0;
        if (edited !== undefined && version !== edited) {
          const value = shown(manifest.settings, row?.settings ?? {}).settings;
          throw staleUpdate(
            "The plugin's settings",
            { version, value },
            edited,
            shown(manifest.settings, given).settings,
          );
        }
        settings = replaced(manifest.settings, row?.settings ?? {}, given);
        if (await store.saveSettings(name, settings, user_id, version)) break;
      }
      await reread(name);
      running.get(name)?.settings(effective(manifest.settings, settings));
      emit("plugin.changed", { name, change: "settings", by: user_id });
      return detailOf(name);
    });
  }

  /** Follows a change that another process made. */
  function follow(name: string, change: "enabled" | "disabled" | "reloaded" | "settings"): Promise<void> {
    return inTurn(name, async () => {
      const row = await store.find(name);
      if (row) rows.set(name, row);
      if (!found.has(name)) await scan();
      const manifest = found.get(name)?.manifest;
      if (!row?.enabled) return halt(name);
      if (change === "settings" && manifest) running.get(name)?.settings(effective(manifest.settings, row.settings));
      // The plugin's log already holds the error.
      else await launch(name).catch(() => {});
    });
  }

  /** Follows the database after changes by other processes may have been missed. */
  async function catchUp(): Promise<void> {
    for (const { name, enabled } of await store.all()) {
      const runs = (running.get(name)?.state ?? "stopped") !== "stopped";
      if (enabled !== runs) await follow(name, enabled ? "enabled" : "disabled");
      else if (enabled) await follow(name, "settings");
    }
  }

  /** For staff. By name. */
  async function list(actor: Actor): Promise<Plugin[]> {
    if (asUser(actor).role === "user") throw new AppError("FORBIDDEN", "Only staff may do this");
    return [...found.keys()].sort().map(plugin);
  }

  async function get(actor: Actor, name: string): Promise<PluginDetail> {
    asAdmin(actor);
    await known(name);
    return detailOf(name);
  }

  /** Looks into the folders again; those whose folder is gone are stopped. */
  async function rescan(actor: Actor): Promise<Plugin[]> {
    asAdmin(actor, "admin");
    const before = found;
    await scan();
    // A running plugin keeps what it was started with until it is reloaded.
    for (const [name, one] of before)
      if (found.has(name) && running.get(name)?.state === "running") found.set(name, one);
    for (const name of running.keys()) if (!found.has(name)) await halt(name);
    listen();
    return list(actor);
  }

  async function lines(
    actor: Actor,
    name: string,
    query: { limit: number; cursor?: string },
  ): Promise<{ lines: PluginLogLine[]; count: number; next_cursor: string | null }> {
    asAdmin(actor);
    await known(name);
    await log.flush();
    const page = await store.lines(name, query.limit, query.cursor === undefined ? undefined : Number(query.cursor));
    const last = page.length === query.limit ? page.at(-1) : undefined;
    return { lines: page, count: page.length, next_cursor: last ? String(last.id) : null };
  }

  /** A plugin whose folder appeared after the last look counts too. */
  async function known(name: string): Promise<Found> {
    if (!found.has(name)) await scan();
    const one = found.get(name);
    if (!one) throw new AppError("NOT_FOUND", `There is no plugin ${name}`, { name });
    return one;
  }

  const plugin = (name: string) => viewOf(found.get(name)!, rows.get(name), running.get(name), troubles.get(name));
  const detailOf = (name: string) => ({ ...plugin(name), ...settingsViewOf(found.get(name)!, rows.get(name)) });

  /** Tells every running plugin that has this hook, and wants this type of log. Costs a look-up when none has. */
  function tell<N extends HookName>(hook: N, event: () => HookEvents[N], type?: string): void {
    const all = listening.get(hook);
    if (!all || all.length === 0 || ended) return;
    const cause = acting.getStore();
    let made: string | undefined;
    for (const { name, supervisor, types } of all) {
      if (name === cause || supervisor.state === "stopped" || (types && !types.has(type ?? ""))) continue;
      made ??= JSON.stringify(event());
      supervisor.push(hook, made);
    }
  }
  /** Has a running plugin this hook? */
  const wanted = (hook: HookName): boolean =>
    listening.get(hook)?.some(({ supervisor }) => supervisor.state !== "stopped") ?? false;

  return { start, stop, setEnabled, reload, putSettings, follow, catchUp, list, get, rescan, lines, tell, wanted };
}
export type PluginService = ReturnType<typeof createPluginService>;

/** The processes of this server's plugins: each enabled plugin has one, which a supervisor keeps alive. */
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { type ActionDeps, createActions } from "./actions";
import type { Audience } from "./audience";
import type { LogLevel } from "./contract";
import type { PluginLog } from "./log";
import type { Found } from "./manifest";
import type { Registry } from "./registry";
import { startRunner } from "./runner/runner";
import { checkSettings, effective } from "./settings";
import { LIMITS, type Limits } from "./supervisor/limits";
import { Supervisor } from "./supervisor/supervisor";

export type ProcessDeps = {
  registry: Registry;
  audience: Audience;
  log: PluginLog;
  actions: ActionDeps;
  emit: Emit;
  now: Clock;
  limits?: Partial<Limits>;
};

function supervise(
  { registry, audience, log, actions, now, limits }: ProcessDeps,
  { name, folder, manifest }: Found,
  onGiveUp: (supervisor: Supervisor, reason: string) => void,
): Supervisor {
  const { hooks, permissions, settings } = manifest!;
  const say = (level: LogLevel, message: string) => log.add(name, level, message);
  const call = createActions(name, permissions, actions, say);
  const supervisor: Supervisor = new Supervisor({
    launch: () =>
      startRunner({
        folder,
        hooks,
        settings: effective(settings, registry.row(name)?.settings ?? {}),
        onCall: (method, args) => audience.actingAs(name, () => call(method, args)),
        onLog: say,
        onProblem: (message) => supervisor.problem(message),
      }),
    onGiveUp: (reason) => onGiveUp(supervisor, reason),
    onLog: say,
    now,
    limits: { ...LIMITS, ...limits },
  });
  return supervisor;
}

export function createProcesses(deps: ProcessDeps) {
  const { registry, audience, log, emit } = deps;
  /** The supervisors of running and of stopped plugins; the statistics of stopped ones are still shown. */
  const running = new Map<string, Supervisor>();
  /** Why an enabled plugin does not run in this process. */
  const troubles = new Map<string, string>();

  const listen = () => audience.listen(running, (name) => registry.find(name)?.manifest);

  async function giveUp(name: string, supervisor: Supervisor, reason: string): Promise<void> {
    if (running.get(name) !== supervisor || !registry.row(name)?.enabled) return;
    log.add(name, "error", `Disabled: ${reason}`);
    await registry.save(name, { enabled: false, disabled_reason: `Disabled: ${reason}`, changed_by: null });
    emit("plugin.changed", { name, change: "disabled", by: null });
  }

  const superviseOne = (one: Found) =>
    supervise(deps, one, (supervisor, reason) => {
      void registry.inTurn(one.name, () => giveUp(one.name, supervisor, reason));
    });

  /** Makes this supervisor the plugin's current one. */
  function adopt(name: string, supervisor: Supervisor): void {
    running.set(name, supervisor);
    troubles.delete(name);
    listen();
  }

  /** Ends a plugin's process. Its statistics stay visible. */
  const halt = async (name: string) => running.get(name)?.stop();

  /** Replaces the running process by one with these files. @throws AppError CONFLICT, INVALID_INPUT */
  async function replaceBy({ name, manifest, problem, folder }: Found): Promise<void> {
    if (!manifest) throw new AppError("CONFLICT", `${name} cannot be loaded: ${problem}`);
    checkSettings(manifest.settings, registry.row(name)?.settings ?? {});
    const supervisor = superviseOne({ name, manifest, folder });
    await supervisor.start().catch((error: Error) => {
      throw new AppError("CONFLICT", `${name} cannot be loaded: ${error.message}`);
    });
    await halt(name);
    adopt(name, supervisor);
  }

  return {
    halt,
    listen,
    names: () => [...running.keys()],
    find: (name: string) => running.get(name),
    trouble: (name: string) => troubles.get(name),
    stop: () => Promise.all([...running.values()].map((one) => one.stop())),

    /** Starts a plugin without waiting for it. */
    begin(one: Found): void {
      const supervisor = superviseOne(one);
      adopt(one.name, supervisor);
      supervisor.begin();
    },

    /**
     * Starts a process with the present files, which then replaces the running one; if they cannot be used, that one stays.
     * @throws AppError CONFLICT the plugin cannot be started, INVALID_INPUT a setting is missing
     */
    async launch(name: string): Promise<void> {
      const before = registry.find(name)!;
      const fresh = await registry.refresh(before);
      const keeps = running.get(name)?.state === "running";
      if (!keeps || fresh.manifest) registry.put(fresh);
      try {
        await replaceBy(fresh);
      } catch (error) {
        log.add(name, "error", (error as Error).message);
        if (keeps) registry.put(before);
        else troubles.set(name, (error as Error).message);
        throw error;
      }
      log.add(name, "info", `Started version ${fresh.manifest!.version}`);
    },
  };
}
export type Processes = ReturnType<typeof createProcesses>;

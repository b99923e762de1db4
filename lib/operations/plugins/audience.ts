/** Passes facts to the running plugins that have a hook for them. */
import { AsyncLocalStorage } from "node:async_hooks";
import { HOOKS, type HookName, type PluginManifest } from "./contract";
import type { Supervisor } from "./supervisor/supervisor";
import type { HookEvents } from "./types";

type Listener = { name: string; supervisor: Supervisor; types?: ReadonlySet<string> };

export function createAudience() {
  let listening = new Map<HookName, Listener[]>();
  /** The plugin that caused the current action. It is not notified of its own action. */
  const acting = new AsyncLocalStorage<string>();

  return {
    actingAs: <T>(name: string, work: () => T): T => acting.run(name, work),

    /** Computes again which plugins have a hook for which fact. */
    listen(running: ReadonlyMap<string, Supervisor>, manifestOf: (name: string) => PluginManifest | undefined): void {
      listening = new Map(HOOKS.map((hook) => [hook, []]));
      for (const [name, supervisor] of running) {
        const { hooks = [], log_types } = manifestOf(name) ?? {};
        const types = log_types && new Set(log_types);
        for (const hook of hooks) listening.get(hook)!.push({ name, supervisor, ...(hook === "log" && { types }) });
      }
    },

    /**
     * Calls this hook of every running plugin that has it and accepts this type of log. Costs one look-up when no
     * plugin has it.
     */
    tell<N extends HookName>(hook: N, event: () => HookEvents[N], type?: string): void {
      const listeners = listening.get(hook);
      if (!listeners || listeners.length === 0) return;
      const cause = acting.getStore();
      let made: string | undefined;
      for (const { name, supervisor, types } of listeners) {
        if (name === cause || supervisor.state === "stopped" || (types && !types.has(type ?? ""))) continue;
        made ??= JSON.stringify(event());
        supervisor.push(hook, made);
      }
    },

    /** Says whether a running plugin has this hook. */
    wanted: (hook: HookName): boolean =>
      listening.get(hook)?.some(({ supervisor }) => supervisor.state !== "stopped") ?? false,
  };
}
export type Audience = ReturnType<typeof createAudience>;

/** Stores changes of sections; each raises the section's version by one. */
import type { UserActor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import { iso } from "@/lib/core/clock";
import { invalid, unavailable } from "@/lib/core/errors";
import type { ConfigChange, SectionName } from "./contract";
import type { CurrentConfig } from "./service.current";
import type { ConfigDeps } from "./service.types";
import { beyondDefaults, type CurrentSections, diff, stale, type Values, valid } from "./values";

export type Edit = {
  section: SectionName;
  /** The expected version. The edit is refused if the section has another one. */
  version?: number;
  undoes?: number;
  action: ConfigChange["action"];
  /** Returns the new values of the fields. */
  fields(current: Values): Values;
};

const TRIES = 7;
const FACTOR_RULE = "require_second_factor";

/** Somebody who has no second factor may not demand one: the demand would stop their own work at once. */
async function demandOwnFactor(
  { hasSecondFactor }: Pick<ConfigDeps, "hasSecondFactor">,
  { user_id }: UserActor,
  changes: ConfigChange["changes"],
): Promise<void> {
  const rule = changes[FACTOR_RULE]?.new;
  if (rule === undefined || rule === "none" || (await hasSecondFactor(user_id))) return;
  throw invalid(FACTOR_RULE, "set up a second factor for your own account first");
}

export type ApplyDeps = Pick<ConfigDeps, "store" | "emit" | "now" | "hasSecondFactor"> &
  Pick<CurrentConfig, "load" | "forget">;

/**
 * Makes all edits or none; sections that do not differ afterwards keep their version.
 *
 * @param demand  called with what is stored before each attempt; throws when the edits no longer fit
 */
export async function applyEdits(
  deps: ApplyDeps,
  user: UserActor,
  edits: Edit[],
  demand?: (current: CurrentSections) => void,
): Promise<CurrentSections> {
  const { store, emit, now, load, forget } = deps;
  const by = { user_id: user.user_id, username: user.username };
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const current = await load();
    demand?.(current);
    const next = { ...current };
    const writes = [];
    for (const { section: name, version, action, undoes = null, fields } of edits) {
      const before = current[name];
      if (version !== undefined && version !== before.version) throw stale(name, before, version, fields(before.value));
      const value = valid(name, { ...before.value, ...fields(before.value) });
      const changes = diff(before.value, value);
      if (Object.keys(changes).length === 0) continue;
      if (name === "security") await demandOwnFactor(deps, user, changes);
      next[name] = { value, version: before.version + 1 };
      const change = { version: before.version + 1, action, undoes, changes, by, at: iso(now()) };
      writes.push({ section: name, value: beyondDefaults(name, value), before: before.version, change });
    }
    const fields = writes.flatMap(({ change }) => Object.entries(change.changes));
    describeAct({
      target: { type: "settings", id: edits.map(({ section }) => section).join(",") },
      before: Object.fromEntries(fields.map(([name, change]) => [name, change.old])),
      after: Object.fromEntries(fields.map(([name, change]) => [name, change.new])),
    });
    if (writes.length > 0 && !(await store.write(writes))) {
      // Wait for a random time, because writers that retry at the same moment would collide again.
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

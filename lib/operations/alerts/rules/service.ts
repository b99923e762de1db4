/** Rules of rules: whose they are, what they may watch, and what they would have found. */
import { type Actor, asUser, type UserActor } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import { iso } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { staleUpdate } from "@/lib/core/versions";
import { seesAll } from "@/lib/identity/access";
import type { ChannelStore } from "@/lib/operations/alerts/channels/store";
import type { Publish } from "@/lib/operations/alerts/engine/publish";
import { SAMPLE_MS } from "@/lib/operations/alerts/engine/sampler";
import type { ReadingStore } from "@/lib/operations/alerts/engine/store.readings";
import type { Announced } from "@/lib/operations/alerts/store.rows";
import { type AlertRule, type DryRun, RULES_MAX, type RuleInput } from "./contract";
import { SERVER, scopeOf } from "./metrics";
import { countSpans, grouped, offlineSpans, type Span, valueSpans, waitSpans } from "./replay";
import { type RuleStore, type StoredRule, toRule } from "./store";
import type { Happening, HistoryStore } from "./store.history";

type Deps = {
  rules: RuleStore;
  channels: Pick<ChannelStore, "list">;
  readings: Pick<ReadingStore, "names" | "people">;
  history: HistoryStore;
  publish: Publish;
  emit: Emit;
  now(): number;
  newId(prefix: string): string;
};

const DAY_MS = 86_400_000;
const FIRINGS_MAX = 100;

export function createRuleService({ rules, channels, readings, history, publish, emit, now, newId }: Deps) {
  /** @throws FORBIDDEN all bots without being an admin, NOT_FOUND a bot, INVALID_INPUT a channel */
  async function check(user: UserActor, input: RuleInput): Promise<void> {
    if (input.scope === "all" && user.role !== "admin")
      throw new AppError("FORBIDDEN", 'Only an admin may watch all bots and the server: use scope "own" or "selected"');
    if (input.scope === "selected") {
      const owners = await rules.owners(input.bot_ids);
      const missing = input.bot_ids.find(
        (id) => !owners.has(id) || (user.role !== "admin" && owners.get(id) !== user.user_id),
      );
      if (missing !== undefined) throw new AppError("NOT_FOUND", `No bot ${missing}`, { field: "bot_ids" });
    }
    const named = [...input.channels, ...input.escalation_channels];
    if (named.length === 0) return;
    const global = input.scope === "all";
    const own = new Set(
      (await channels.list(user.user_id, global)).filter((row) => row.global === (global ? 1 : 0)).map((row) => row.id),
    );
    for (const field of ["channels", "escalation_channels"] as const) {
      const unknown = input[field].find((id) => !own.has(id));
      if (unknown) throw invalid(field, `${unknown} is not a channel for ${global ? "the server's" : "your"} alerts`);
    }
  }

  /** @throws NOT_FOUND somebody else's, FORBIDDEN to change a global one without being an admin */
  async function mine(
    actor: Actor,
    id: string,
    scope: "read" | "operate" = "operate",
  ): Promise<{ user: UserActor; rule: StoredRule }> {
    const user = asUser(actor, scope);
    const rule = await rules.get(id);
    const global = rule?.scope === "all";
    if (!rule || !(global ? seesAll(user) : rule.owner_id === user.user_id))
      throw new AppError("NOT_FOUND", `No alert rule ${id}`);
    if (global && user.role !== "admin" && scope !== "read")
      throw new AppError("FORBIDDEN", "Only an admin may change the server's rules");
    return { user, rule };
  }

  const by = (user: UserActor) => ({ id: user.user_id, name: user.fullname || user.username });

  async function announce(rule: StoredRule, over: Announced[]): Promise<void> {
    emit("alert.rules", { owner_id: rule.owner_id });
    for (const change of over) await publish(change, undefined);
  }

  return {
    async list(actor: Actor): Promise<AlertRule[]> {
      const user = asUser(actor);
      return rules.list(user.user_id, seesAll(user));
    },

    /** @throws CONFLICT the caller has RULES_MAX */
    async create(actor: Actor, input: RuleInput): Promise<AlertRule> {
      const user = asUser(actor, "operate");
      await check(user, input);
      const id = newId("rule");
      const at = now();
      if (!(await rules.add(id, user.user_id, input, at, RULES_MAX)))
        throw new AppError("CONFLICT", `You already have ${RULES_MAX} rules, which is the limit: remove one first`);
      emit("alert.rules", { owner_id: user.user_id });
      return toRule({ ...input, rule_id: id, owner_id: user.user_id, version: 0, created_at: at, updated_at: at }, 0);
    },

    async get(actor: Actor, id: string): Promise<AlertRule> {
      await mine(actor, id, "read");
      return shown(id);
    },

    /**
     * Replaces it. What it no longer watches is resolved.
     *
     * @param edited  the version the rule was edited from, if it must still be stored
     * @throws CONFLICT  another version is stored
     */
    async update(actor: Actor, id: string, input: RuleInput, edited?: number): Promise<AlertRule> {
      const { user, rule } = await mine(actor, id);
      await check(user, input);
      // Its alerts would belong to others, or be of something else.
      const over = !input.enabled || input.metric !== rule.metric || (input.scope === "all") !== (rule.scope === "all");
      const changes = await rules.put(id, input, now(), { over: over ? by(user) : undefined, expected: edited });
      if (!changes) {
        const { rule_id, owner_id, version, created_at, updated_at, ...value } = (await mine(actor, id)).rule;
        throw staleUpdate("The rule", { version, value }, edited!, input);
      }
      await announce(rule, changes);
      return shown(id);
    },

    async remove(actor: Actor, id: string): Promise<void> {
      const { user, rule } = await mine(actor, id);
      await announce(rule, await rules.remove(id, now(), by(user)));
    },

    /** When it would have fired in the last 24 hours, by what is stored. */
    async dryRun(actor: Actor, input: RuleInput): Promise<DryRun> {
      const user = asUser(actor);
      await check(user, input);
      const to = now();
      const dayAgo = to - DAY_MS;
      const { spans, from } = await replay(input, user, dayAgo, to);
      const all = grouped(spans, (subject) => subject);
      const shown = all.slice(-FIRINGS_MAX);
      const labels = await labelsOf([...new Set(shown.flatMap((firing) => firing.labels))]);
      return {
        ...{ from: iso(from), to: iso(to), complete: from - dayAgo <= SAMPLE_MS, total: all.length },
        firings: shown.map(({ at, until, count, labels: subjects }) => ({
          ...{ at: iso(at), until: until === null ? null : iso(until), count },
          labels: subjects.map((subject) => labels.get(subject) ?? subject),
        })),
      };
    },
  };

  async function shown(id: string): Promise<AlertRule> {
    const rule = await rules.shown(id);
    if (!rule) throw new AppError("NOT_FOUND", `No alert rule ${id}`);
    return rule;
  }

  /** Returns the labels of subjects: bots by their id, people by `user:<id>`, the server. */
  async function labelsOf(subjects: string[]): Promise<Map<string, string>> {
    const labels = new Map([[SERVER, "The server"]]);
    for (const [id, name] of await readings.names(subjects)) labels.set(id, name);
    const people = subjects.flatMap((subject) => Number(/^user:(\d+)$/.exec(subject)?.[1] ?? []));
    for (const [id, name] of await readings.people(people)) labels.set(`user:${id}`, name);
    return labels;
  }

  /** When what it watches was in trouble; `from`: since when that is known. */
  async function replay(
    input: RuleInput,
    { user_id, role }: UserActor,
    dayAgo: number,
    to: number,
  ): Promise<{ spans: Span[]; from: number }> {
    const scope = scopeOf({ ...input, owner_id: user_id, of_admin: role === "admin" });
    const counts = ({ rows, from }: { rows: Happening[]; from: number }) => ({
      ...{ spans: countSpans(input, rows, to), from },
    });
    switch (input.metric) {
      case "bot_offline": {
        const { rows, from } = await history.statuses(scope, dayAgo);
        return { spans: offlineSpans(input, rows, dayAgo, to), from };
      }
      case "queue_age": {
        const { rows, from } = await history.waits(scope, dayAgo);
        return { spans: waitSpans(input, rows, dayAgo, to), from };
      }
      case "error_logs":
        return counts(await history.errors(scope, dayAgo));
      case "failed_commands":
        return counts(await history.failures(scope, dayAgo));
      case "failed_transfers":
        return counts(await history.transfers(scope.owner_id, dayAgo));
      default: {
        const { rows, from } = await history.samples(input.metric, dayAgo, to);
        return { spans: valueSpans(input, rows), from };
      }
    }
  }
}

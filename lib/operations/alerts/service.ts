/** Rules of alerts: who sees which, who may trigger, and what may be done with one. */
import { type Actor, asAdmin, asUser, type UserActor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { placed } from "@/lib/core/cursors";
import { AppError, unavailable } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { mayOnBot, seesAll } from "@/lib/identity/access";
import { fingerprint } from "./channels/formats";
import {
  type Alert,
  type AlertQuery,
  type AlertState,
  type AlertSummary,
  type Level,
  levelOf,
  SEVERITY_OF,
  type Severity,
} from "./contract";
import type { Publish } from "./engine/publish";
import type { RuleStore } from "./rules/store";
import type { AlertStore } from "./store";
import { type AlertLists, placeOf, type View } from "./store.list";
import { type AlertRow, type Announced, type By, toAlert } from "./store.rows";

type Deps = {
  store: AlertStore;
  lists: AlertLists;
  rules: Pick<RuleStore, "get" | "owners">;
  publish: Publish;
  now(): number;
  newId(prefix: string): string;
};
type PluginAlert = { level: Level; message: string; group?: string };
type Action = { state: "acknowledged" | "resolved" } | { state: "snoozed"; minutes: number };

/** Triggered by hand and by plugins and not resolved: more are refused. */
const TRIGGERED_MAX = 1000;
const RECENT = 10;
const groupKey = (plugin: string, group: string) => fingerprint(`plugin:${plugin}`, "group", group);
const OPEN: AlertState[] = ["firing", "acknowledged", "snoozed"];

export function createAlertService({ store, lists, rules, publish, now, newId }: Deps) {
  const viewOf = (user: UserActor, all = false): View => ({
    ...{ user_id: user.user_id, staff: seesAll(user), all: all && seesAll(user) },
  });
  const sees = (user: UserActor, row: AlertRow) => seesAll(user) || row.owner_id === user.user_id;
  const name = (user: UserActor) => user.fullname || user.username;
  const noSuch = (id: string) => new AppError("NOT_FOUND", `No alert ${id}`);

  /** @throws NOT_FOUND not the caller's, FORBIDDEN a moderator's to read only */
  async function mine(actor: Actor, id: string): Promise<{ user: UserActor; row: AlertRow }> {
    const user = asUser(actor, "operate");
    const row = await store.get(id);
    if (!row || !sees(user, row)) throw noSuch(id);
    if (user.role !== "admin" && row.owner_id !== user.user_id)
      throw new AppError("FORBIDDEN", "Only an admin may change the server's alerts");
    return { user, row };
  }

  async function announce(change: Announced): Promise<void> {
    await publish(change, change.alert.rule_id ? await rules.get(change.alert.rule_id) : undefined);
  }

  async function act(user: UserActor, id: string, action: Action): Promise<Announced | undefined> {
    const at = now();
    const to =
      action.state === "snoozed"
        ? { state: "snoozed" as const, until: at + action.minutes * 60_000 }
        : { state: action.state };
    const change = await store.act(id, to, { id: user.user_id, name: name(user) }, at);
    if (change) await announce(change);
    return change;
  }

  /** Makes somebody else's text safe to store and show. */
  const plain = (text: string) => cutText(text.toWellFormed().replaceAll("\0", ""), 1000);

  async function raise(
    input: Pick<AlertRow, "source" | "source_name" | "severity" | "message"> & { key: string; by: By },
  ) {
    const { key: open_key, ...rest } = input;
    const change = await store.trigger({ ...rest, id: newId("alert"), open_key, max: TRIGGERED_MAX }, now());
    if (!change) throw unavailable(`${TRIGGERED_MAX} triggered alerts are not resolved: resolve some first`, 60);
    await announce(change);
    return toAlert(change.alert);
  }

  return {
    /** Newest first; `next_cursor` is null at the end. @throws NOT_FOUND a bot the caller may not see */
    async list(actor: Actor, query: Partial<AlertQuery> & { limit: number }) {
      const user = asUser(actor);
      const { state = "all", severity, level, rule_id, bot_id, cursor, owner, limit } = query;
      const bySeverity = query.sort === "severity";
      if (bot_id !== undefined) {
        const owners = await rules.owners([bot_id]);
        const bot = { id: bot_id, owner_id: owners.get(bot_id) ?? null };
        if (!owners.has(bot_id) || mayOnBot(user, bot) === "nothing")
          throw new AppError("NOT_FOUND", `No bot ${bot_id}`);
      }
      const severities = (["low", "medium", "high", "critical"] as const).filter(
        (one) => (!severity || one === severity) && (!level || levelOf(one) === level),
      );
      const { rows, more } = await lists.list(viewOf(user, owner === "all"), {
        ...{ limit, rule_id, bot_id, bySeverity, before: cursor === undefined ? undefined : Number(cursor) },
        states: state === "all" ? undefined : state === "open" ? OPEN : [state],
        severities: severity || level ? severities : undefined,
      });
      return {
        alerts: rows.map((row) => placed(toAlert(row), row.seq)),
        count: rows.length,
        next_cursor: more ? String(placeOf(rows.at(-1)!, bySeverity)) : null,
      };
    },

    /** Document 002 "Alert Summary". */
    async summary(actor: Actor): Promise<AlertSummary> {
      const view = viewOf(asUser(actor));
      const [figures, { rows }, subscribers] = await Promise.all([
        lists.figures(view),
        lists.list(view, { limit: RECENT }),
        lists.subscribers(view),
      ]);
      const sum = (wanted: (one: (typeof figures)[number]) => boolean) =>
        figures.filter(wanted).reduce((total, one) => total + one.n, 0);
      const of = (level: Level) => sum((one) => levelOf(one.severity) === level);
      return {
        totalAlerts: sum(() => true),
        criticalAlerts: of("critical"),
        warningAlerts: of("warning"),
        infoAlerts: of("info"),
        recentAlerts: rows.map((row) => ({
          ...{ level: levelOf(row.severity), message: row.message, timestamp: iso(row.first_at) },
        })),
        subscribers,
        unresolved: sum((one) => one.state === "firing" || one.state === "acknowledged"),
      };
    },

    /** @throws NOT_FOUND not there, or not the caller's to see */
    async get(actor: Actor, id: string) {
      const user = asUser(actor);
      const row = await store.get(id);
      if (!row || !sees(user, row)) throw noSuch(id);
      return { alert: toAlert(row), ...(await store.detail(id)) };
    },

    /** By hand, for the staff to see. @throws FORBIDDEN unless an admin asks, UNAVAILABLE too many are open */
    async trigger(actor: Actor, input: { level?: Level; severity?: Severity; message: string }) {
      const user = asAdmin(actor, "operate");
      if (!input.level && !input.severity)
        throw new AppError("INVALID_INPUT", "level: must be info, warning or critical", { field: "level" });
      const severity = input.severity ?? SEVERITY_OF[input.level ?? "info"];
      const message = plain(input.message);
      return raise({
        ...{ source: "manual", source_name: name(user), severity, message },
        ...{ key: fingerprint("manual:", severity, message), by: { id: user.user_id, name: name(user) } },
      });
    },

    /**
     * For the server's own rooms: a plugin raises an alert for the staff. What it says again, by its `group` or else in the
     * same words, is counted while it is not resolved. @throws UNAVAILABLE too many are open
     */
    async ofPlugin(plugin: string, { level, message: said, group }: PluginAlert): Promise<Alert> {
      const severity = SEVERITY_OF[level];
      const message = plain(said);
      const key = group === undefined ? fingerprint(`plugin:${plugin}`, severity, message) : groupKey(plugin, group);
      const by = { id: null, name: plugin };
      return raise({ source: "plugin", source_name: plugin, severity, message, key, by });
    },

    /** A plugin says that what it raised as this group is over. @returns null: nothing of it is open */
    async overForPlugin(plugin: string, group: string): Promise<Alert | null> {
      const change = await store.over(groupKey(plugin, group), now(), `${plugin} says that it is over`);
      if (!change) return null;
      await announce(change);
      return toAlert(change.alert);
    },

    /** @throws NOT_FOUND, FORBIDDEN, CONFLICT it is resolved */
    async act(actor: Actor, id: string, action: Action) {
      const { user, row } = await mine(actor, id);
      const change = await act(user, id, action);
      if (change) return toAlert(change.alert);
      if (action.state === "resolved") return toAlert(row);
      throw new AppError("CONFLICT", "The alert is already resolved");
    },

    /**
     * Applies an action to many alerts; skips those that do not exist, belong to others or are resolved. @returns the
     * number changed
     */
    async bulk(actor: Actor, ids: string[], action: Action): Promise<number> {
      const user = asUser(actor, "operate");
      let count = 0;
      for (const id of new Set(ids)) {
        const row = await store.get(id);
        if (!row || (user.role !== "admin" && row.owner_id !== user.user_id)) continue;
        if (await act(user, id, action)) count++;
      }
      return count;
    },
  };
}

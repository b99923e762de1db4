/** The rooms of alerts on real stores, with a clock that tests move, readings that they set and messages that stay here. */
import { afterAll, beforeAll, beforeEach } from "vitest";
import { createLeadership, leases } from "@/lib/core/jobs";
import { botTags, botTeams } from "@/lib/fleet/bots";
import { operatorsOf } from "@/lib/identity/teams";
import { createRightsReader } from "@/lib/identity/teams/store.rights";
import { createChannelStore } from "@/lib/operations/alerts/channels/store";
import { createEngine } from "@/lib/operations/alerts/engine/engine";
import { createPublisher } from "@/lib/operations/alerts/engine/publish";
import { createWatchStore } from "@/lib/operations/alerts/engine/store";
import { createReadingStore } from "@/lib/operations/alerts/engine/store.readings";
import { type Metric, RuleInput } from "@/lib/operations/alerts/rules/contract";
import type { Read } from "@/lib/operations/alerts/rules/metrics";
import { createRuleService } from "@/lib/operations/alerts/rules/service";
import { createRuleStore } from "@/lib/operations/alerts/rules/store";
import { createHistoryStore } from "@/lib/operations/alerts/rules/store.history";
import { createAlertService } from "@/lib/operations/alerts/service";
import { createAlertStore } from "@/lib/operations/alerts/store";
import { createAlertLists } from "@/lib/operations/alerts/store.list";
import type { Reading } from "@/lib/operations/alerts/store.rows";
import { actor } from "./actors";
import type { databases, TestDatabase } from "./db/databases";
import { openRoom } from "./db/rooms";
import { testQuotas } from "./quotas";

export const admin = actor(1, "admin");
export const MINUTE = 60_000;

const TABLES = [
  ...["alert_delivery", "alert_channel", "alert_event", "alert_member", "alert", "alert_rule", "alert_wait"],
  ...["machine_sample", "setting", "job_lease"],
];

type Facts = [string, Record<string, unknown>][];

/** Returns the rooms on the suite's own database, empty before each test. */
export function watchedAlerts(database: (typeof databases)[number]) {
  const clock = { at: 0 };
  const now = () => clock.at;
  let serial = 0;
  const newId = (prefix: string) => `${prefix}_${(serial++).toString().padStart(6, "0")}`;
  const facts: Facts = [];
  const notified: { title: string; to: unknown }[] = [];
  const emit = ((name: string, fact: object) => void facts.push([name, fact as Record<string, unknown>])) as never;
  const store = createAlertStore();
  const rules = createRuleStore(createRightsReader(botTags));
  const channels = createChannelStore();
  const publish = createPublisher({
    ...{ wake: () => {}, emit, operatorsOf },
    notify: async ({ title, to }) => {
      notified.push({ title, to });
      return 1;
    },
  });
  const service = createAlertService({ store, lists: createAlertLists(), rules, botTeams, publish, now, newId });
  const ruleService = createRuleService({
    ...{
      quotas: testQuotas(),
      rules,
      channels,
      readings: createReadingStore(),
      history: createHistoryStore(),
      botTeams,
    },
    ...{ publish, emit, now, newId, recentLines: async ({ since }) => since },
  });
  const rooms = { clock, now, newId, facts, notified, store, rules, channels, publish, service, ruleService };
  const watch = watching(rooms);
  const shown = showing(rooms);
  beforeAll(() => shown.open(database));
  afterAll(() => shown.room().close());
  beforeEach(async () => {
    for (const table of TABLES) await shown.room().run(`DELETE FROM ${table}`);
    clock.at = Date.parse("2026-03-01T12:00:00Z");
    facts.length = 0;
    notified.length = 0;
    watch.begin();
  });
  return { ...rooms, ...shown, ...watch };
}

type Rooms = {
  clock: { at: number };
  now(): number;
  newId(prefix: string): string;
  rules: ReturnType<typeof createRuleStore>;
  channels: ReturnType<typeof createChannelStore>;
  publish: ReturnType<typeof createPublisher>;
  service: ReturnType<typeof createAlertService>;
  ruleService: ReturnType<typeof createRuleService>;
};

/** The engine of this process, and the values that the only metric reads. */
function watching({ clock, now, newId, rules, publish, ruleService }: Rooms) {
  const errors: unknown[] = [];
  const state = { readings: {} as Record<string, number>, silenced: new Set<string>(), errors };
  const read: Read = async (_rule, low) => ({
    readings: Object.entries(state.readings)
      .filter(([, value]) => value >= low)
      .map(([subject, value]): Reading => ({ subject, label: subject.toUpperCase(), bot_id: subject, value })),
    whole: true,
  });
  /** An engine in a process of its own, which looks while it holds the job's lease. */
  const engineOf = (changed: Partial<ReturnType<typeof createWatchStore>> = {}) => {
    const { tick, forget } = createEngine({
      ...{ rules, now, newId, publish, onError: (error) => void errors.push(error) },
      silenced: async () => state.silenced,
      store: { ...createWatchStore(), ...changed },
      metrics: new Proxy({} as Record<Metric, Read>, { get: () => read }),
    });
    const leadership = createLeadership({ leases, holder: newId("process"), scheduler: { now } });
    return {
      forget,
      async tick(): Promise<void> {
        await leadership.renew();
        const lead = await leadership.lead("alerts.watch");
        if (lead) await tick(lead.awayMs);
      },
      stop: () => leadership.resign("alerts.watch"),
    };
  };
  const engine = { current: engineOf() };
  return {
    ...{ state, engine, engineOf },
    begin(): void {
      state.readings = {};
      state.silenced.clear();
      errors.length = 0;
      engine.current = engineOf();
    },
    rule: (input: object = {}, by = admin) =>
      ruleService.create(
        by,
        RuleInput.parse({ name: "R", metric: "error_logs", threshold: 10, scope: "all", ...input }),
      ),
    /** So much later, looked at all the while. */
    async later(ms: number): Promise<void> {
      for (let left = ms; left > 10_000; left -= 10_000) {
        clock.at += 10_000;
        await engine.current.tick();
      }
      clock.at += ms > 10_000 ? ms % 10_000 || 10_000 : ms;
      await engine.current.tick();
    },
  };
}

/** Reads what is stored, as people and channels are shown it. */
function showing({ service, channels, now }: Rooms) {
  let opened: TestDatabase;
  const room = () => opened;
  const queued = () =>
    opened.all<{ channel_id: string; payload: string; status: string; due_at: number }>(
      "SELECT channel_id, payload, status, due_at FROM alert_delivery ORDER BY seq",
    );
  return {
    ...{ room, queued },
    async open(database: (typeof databases)[number]): Promise<void> {
      opened = await openRoom(database);
    },
    alerts: async (query: object = {}) => (await service.list(admin, { limit: 100, ...query })).alerts,
    channel: (id: string, input: object = {}) =>
      channels.add(
        {
          ...{ id, team_id: 1, global: 1, kind: "webhook", name: id, address: "sealed", hint: "h" },
          ...{ min_severity: "low", created_at: now(), created_by: 1, confirmed_at: null, ...input },
        },
        20,
      ),
    events: async (status = "queued") =>
      (await queued())
        .filter((one) => one.status === status)
        .map((one) => `${one.channel_id} ${JSON.parse(one.payload).event}`),
  };
}

/** Returns the input that creates the given rule. */
export function inputOf({
  rule_id: _,
  owner_id: __,
  team_id: _______,
  open_alerts: ___,
  created_at: ____,
  updated_at: _____,
  version: ______,
  ...input
}: Record<string, unknown>) {
  return input;
}

/**
 * Counts the lines that match rules of the metric log_match, as they are stored. Every process hears of every stored line by the
 * fact `logs.stored` and counts it once, as with the other counters; only the process that evaluates the rules (../jobs.ts)
 * reads its counts, so each line counts once for a rule, and another process can take over at any time. Lines from before are
 * found by the search of logs when a rule is new or changed, at the start, and when facts may have been missed.
 */
import type { Facts } from "@/lib/core/bus";
import { cutText } from "@/lib/core/format/text";
import type { BotScope } from "@/lib/fleet/bots";
import type { RecentLine, TelemetryRoom } from "@/lib/fleet/telemetry";
import { lineTest, parseQuery, ReadLine } from "@/lib/fleet/telemetry/queries.search";
import { scopeOf, watches } from "@/lib/operations/alerts/rules/metrics";
import { logQueryProblem } from "@/lib/operations/alerts/rules/queries.log";
import type { WatchedRule } from "@/lib/operations/alerts/rules/store";
import { BUCKET_MS, type Counter, createCounter, type Past } from "./counters";

type Stored = Facts["logs.stored"];
type Line = Pick<RecentLine, "id" | "bot_id" | "message">;
type Deps = {
  /** Reads the rules of this metric that are switched on. */
  rules(): Promise<WatchedRule[]>;
  recentLines: TelemetryRoom["telemetry"]["recentLines"];
  now(): number;
  onError(error: unknown): void;
};

/** The most lines from before that are found for a rule. */
export const LINES_MAX = 20_000;
/** Lines are tested for this long before the event loop serves others. */
const SLICE_MS = 4;
/** The most lines that wait to be tested. More of them are counted later, by the search. */
const WAITING_MAX = 50_000;
/** For so long after the lines from before were found, a stored line may be one of them. */
const SEEN_MS = 60_000;
/** The parts in which a time window passes. */
const BUCKETS = 60;
const TEXT_MAX = 400;
/** The most bots whose rules are remembered; a bot takes about 100 bytes. */
const BOTS_MAX = 20_000;

type Watched = {
  rule: WatchedRule;
  /** Changes with whatever decides which lines count. */
  key: string;
  scope: BotScope;
  test: ReturnType<typeof lineTest>;
  bucketMs: number;
  counter: Counter;
  /** The newest line of each bot. */
  newest: Map<string, Line>;
  /** The lines counted lately, so that none is counted both when it is stored and when it is found. */
  seen: Set<number> | undefined;
  /** When the lines from before had been counted; undefined until then. */
  readyAt: number | undefined;
};
export type LineCount = { bot_id: string; team_id: number | null; count: number; newest: Line | undefined };

const keyOf = ({ query, window_s, scope, bot_ids, team_id }: WatchedRule): string =>
  JSON.stringify([query, window_s, scope, bot_ids, team_id]);

function watch(rule: WatchedRule, now: () => number): Watched {
  const bucketMs = Math.max(BUCKET_MS, (rule.window_s * 1000) / BUCKETS);
  return {
    ...{ rule, key: keyOf(rule), scope: scopeOf(rule), test: lineTest(parseQuery(rule.query ?? "").terms), bucketMs },
    ...{ counter: createCounter(now, { bucketMs, keptMs: rule.window_s * 1000 }), newest: new Map() },
    ...{ seen: new Set<number>(), readyAt: undefined },
  };
}

/** Notes a line for the alert's message. Only the beginning of its text is kept. */
function keep({ newest }: Watched, { id, bot_id, message }: Line): void {
  if (id > (newest.get(bot_id)?.id ?? 0)) newest.set(bot_id, { id, bot_id, message: cutText(message, TEXT_MAX) });
}

/** @returns false when the line has been counted already */
function isNew({ seen }: Watched, id: number): boolean {
  if (!seen) return true;
  const isSeen = seen.has(id);
  seen.add(id);
  return !isSeen;
}

/** Counts the lines that were stored before the rule was watched. */
async function fill(watched: Watched, { recentLines, now }: Pick<Deps, "recentLines" | "now">): Promise<void> {
  const { rule, scope, bucketMs, counter } = watched;
  const past = new Map<string, Past>();
  const since = now() - rule.window_s * 1000;
  await recentLines({ query: rule.query ?? "", scope, since, most: LINES_MAX }, (line) => {
    if (!isNew(watched, line.id)) return;
    const bucket = Math.floor(line.at / bucketMs);
    const key = `${bucket} ${line.bot_id}`;
    const known = past.get(key) ?? { subject: line.bot_id, owner_id: line.team_id, bucket, times: 0 };
    past.set(key, known);
    known.times++;
    keep(watched, line);
  });
  counter.before([...past.values()].sort((a, b) => a.bucket - b.bucket));
  watched.readyAt = now();
}

/** The lines that wait to be tested, in the order in which they were stored. */
function createQueue(test: (line: Stored["logs"][number], teamId: number | null) => void) {
  const facts: Stored[] = [];
  let place = 0;
  let waiting = 0;
  let isDue = false;
  function drain(): void {
    const end = performance.now() + SLICE_MS;
    for (let fact = facts[0]; fact; fact = facts[0]) {
      while (place < fact.logs.length) {
        test(fact.logs[place++]!, fact.team_id);
        waiting--;
        if (performance.now() >= end) return void setImmediate(drain);
      }
      facts.shift();
      place = 0;
    }
    isDue = false;
  }
  return {
    waiting: () => waiting,
    /** @returns false when too many lines wait */
    add(fact: Stored): boolean {
      if (waiting + fact.logs.length > WAITING_MAX) return false;
      facts.push(fact);
      waiting += fact.logs.length;
      if (!isDue) setImmediate(drain);
      isDue = true;
      return true;
    },
  };
}

/** The watched rules, by rule and by bot: a line is offered to those that watch its bot and not to all of the server. */
function createRules() {
  const rules = new Map<string, Watched>();
  const ofBots = new Map<string, { team_id: number | null; watching: Watched[] }>();
  return {
    rules,
    /** Call it after every change of `rules` and of their scopes. */
    changed: () => ofBots.clear(),
    ofBot(bot_id: string, team_id: number | null): readonly Watched[] {
      const known = ofBots.get(bot_id);
      if (known?.team_id === team_id) return known.watching;
      const watching = [...rules.values()].filter(({ scope }) => watches(scope, { id: bot_id, team_id }));
      if (ofBots.size >= BOTS_MAX) ofBots.clear();
      ofBots.set(bot_id, { team_id, watching });
      return watching;
    },
  };
}
type Rules = ReturnType<typeof createRules>;

/** Brings the watched rules up to date, and counts the lines from before of those that are new. */
async function readRules({ rules, changed }: Rules, deps: Deps): Promise<void> {
  const { now, onError } = deps;
  const enabled = await deps.rules();
  const ids = new Set(enabled.map(({ rule_id }) => rule_id));
  for (const id of rules.keys()) if (!ids.has(id)) rules.delete(id);
  for (const rule of enabled) {
    const known = rules.get(rule.rule_id);
    if (known?.key === keyOf(rule)) {
      // The owner may reach other bots than before.
      known.scope = scopeOf(rule);
      if (known.readyAt !== undefined && now() - known.readyAt > SEEN_MS) known.seen = undefined;
    } else if (logQueryProblem(rule.query ?? "") === undefined) rules.set(rule.rule_id, watch(rule, now));
    else rules.delete(rule.rule_id);
  }
  changed();
  for (const [id, watched] of rules)
    if (watched.readyAt === undefined)
      await fill(watched, deps).catch((error) => {
        // Lines that were found and not counted must be found again.
        if (rules.get(id) === watched) rules.set(id, watch(watched.rule, now));
        changed();
        onError(error);
      });
}

/** Runs `work` once at a time; once more if it was asked for meanwhile. The promise is fulfilled after the last run. */
function createRepeater(work: () => Promise<void>, onError: (error: unknown) => void) {
  let isAsked = false;
  let running: Promise<void> | undefined;
  return (): Promise<void> => {
    isAsked = true;
    running ??= (async () => {
      while (isAsked) {
        isAsked = false;
        await work();
      }
    })()
      .catch(onError)
      .finally(() => {
        running = undefined;
      });
    return running;
  };
}

export function createLineCounter(deps: Deps) {
  const known = createRules();
  const { rules } = known;
  /** Whether lines were left out because too many waited. */
  let isLate = false;
  /** Whether the rules were read, so that none of them means that there is none. */
  let isRead = false;

  const queue = createQueue((log, team_id) => {
    let line: ReadLine | undefined;
    for (const watched of known.ofBot(log.bot_id, team_id)) {
      line ??= new ReadLine(log);
      if (!watched.test(line) || !isNew(watched, log.id)) continue;
      watched.counter.add(log.bot_id, team_id);
      keep(watched, log);
    }
  });

  const refresh = createRepeater(async () => {
    await readRules(known, deps);
    isRead = true;
  }, deps.onError);

  /** Counts everything again, because facts may have been missed. */
  function recount(): Promise<void> {
    rules.clear();
    known.changed();
    isRead = false;
    return refresh();
  }

  return {
    refresh,
    recount,
    /** Takes stored lines, to be tested soon. Does nothing while there is no rule. */
    stored(fact: Stored): void {
      if (rules.size > 0 && !queue.add(fact)) isLate = true;
    },
    /** Looks after the counts every half minute: rights change, and lines that were left out are found again. */
    async maintain(): Promise<void> {
      if (isRead && rules.size === 0) return;
      const isOver = isLate && queue.waiting() === 0;
      if (isOver) isLate = false;
      await (isOver ? recount() : refresh());
    },
    forgetBot(botId: string): void {
      for (const { counter, newest } of rules.values()) {
        counter.drop(botId);
        newest.delete(botId);
      }
    },
    /** Returns the counts of a rule by bot; undefined until the lines from before are counted. */
    read(rule: WatchedRule): LineCount[] | undefined {
      const watched = rules.get(rule.rule_id);
      if (watched?.readyAt === undefined || watched.key !== keyOf(rule)) return undefined;
      const { counter, newest } = watched;
      const found = counter.read(rule.window_s * 1000, 1);
      const bots = new Set(found.map(({ subject }) => subject));
      for (const bot of newest.keys()) if (!bots.has(bot)) newest.delete(bot);
      return found.map(({ subject, owner_id, count }) => ({
        ...{ bot_id: subject, team_id: owner_id, count, newest: newest.get(subject) },
      }));
    },
  };
}

export type LineCounter = ReturnType<typeof createLineCounter>;

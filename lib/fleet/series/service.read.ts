/** Series as charts read them: of one bot, or of all bots that the caller may see. */
import { type Actor, asUser, keyBots } from "@/lib/core/actor";
import { instant, iso } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import type { BotsRoom } from "@/lib/fleet/bots";
import { type VisibleBots, visibleBots } from "@/lib/identity/access";
import { FLEET } from "./collector";
import type { SeriesAnswer, SeriesQuery } from "./contract";
import { BUCKETS_MAX, COUNTS, LATENCIES, METRIC_PREFIX, ONLINE } from "./contract.constants";
import { type Buckets, lengths, onlineTime, type Stretch } from "./known";
import { addSample, emptySample } from "./sample";
import { type Answered, seriesOf } from "./shown";
import { bucketAt, DAY, MINUTE, QUARTER, type Step, stepNamed } from "./steps";
import { createStored, type StoredDeps } from "./stored";

type StatusAt = { bot_id: string; status: string; at: number };
type Scope = { visible?: VisibleBots; bot_ids?: readonly string[] };

type Deps = StoredDeps & {
  bots: Pick<BotsRoom["bots"], "reach">;
  botIds(scope: Scope): Promise<string[]>;
  statusChanges(scope: Scope, from: number, limit: number): Promise<StatusAt[]>;
  statusesBefore(scope: Scope, at: number, limit: number): Promise<StatusAt[]>;
};

const HOUR_MS = 3_600_000;
/** The range up to which a step is chosen. */
const MINUTES_UP_TO_MS = 3 * HOUR_MS;
const QUARTERS_UP_TO_MS = 14 * 24 * HOUR_MS;
/** Changes of status are kept for 31 days. */
const STATUS_MS = 31 * 24 * HOUR_MS;
/** With more changes or bots than this in a range, the online time is not computed from them. */
const CHANGES_MAX = 50_000;
const BOTS_MAX = 10_000;

function stepFor(ms: number, name: SeriesQuery["step"]): Step {
  if (name) return stepNamed(name);
  return ms <= MINUTES_UP_TO_MS ? MINUTE : ms <= QUARTERS_UP_TO_MS ? QUARTER : DAY;
}

/** The rows of an answer, and the bots whose changes of status it needs. The fleet has a row of its own, which says that too. */
type Whose = { bot_id: string | null; rows: string[]; statuses?: Scope };

/** @throws INVALID_INPUT */
function rangeOf({ from, to, step: name }: SeriesQuery, now: number): { step: Step; first: number; last: number } {
  const end = instant(to, now) ?? now;
  const start = instant(from, now) ?? end - 24 * HOUR_MS;
  if (start >= end) throw new AppError("INVALID_INPUT", "from must be before to");
  const step = stepFor(end - start, name);
  const [first, last] = [bucketAt(step, start), bucketAt(step, end - 1)];
  if (last - first >= BUCKETS_MAX)
    throw new AppError("INVALID_INPUT", `At most ${BUCKETS_MAX} buckets: choose a coarser step or a shorter range`);
  return { step, first, last };
}

export function createReadService({ store, writers, marks, bots, now, ...readers }: Deps) {
  const { read, knownStretches } = createStored({ store, writers, marks, now });

  /** @throws UNAUTHORIZED; NOT_FOUND no such bot, or not one the actor may see */
  async function whose(actor: Actor, asked: string | undefined): Promise<Whose> {
    const botId = asked ?? (actor.kind === "bot" ? actor.bot_id : undefined);
    if (botId !== undefined) {
      await bots.reach(actor, botId, "viewer");
      return { bot_id: botId, rows: [botId], statuses: { bot_ids: [botId] } };
    }
    const visible = visibleBots(asUser(actor));
    const bot_ids = keyBots(actor);
    if (!visible && !bot_ids) return { bot_id: null, rows: [FLEET] };
    const statuses = { ...(visible && { visible }), ...(bot_ids && { bot_ids }) };
    return { bot_id: null, rows: await readers.botIds(statuses), statuses };
  }

  /** The mean number of bots that were online; undefined where the fleet's own row says it. */
  async function onlineBots({ statuses, bot_id }: Whose, known: Stretch[], buckets: Buckets) {
    if (!statuses) return undefined;
    const from = Math.max(buckets.start, now() - STATUS_MS);
    const [before, changes] = await Promise.all([
      readers.statusesBefore(statuses, from, BOTS_MAX),
      readers.statusChanges(statuses, from, CHANGES_MAX),
    ]);
    const none = new Array<null>(buckets.count).fill(null);
    if (changes.length === CHANGES_MAX || before.length === BOTS_MAX) return none;
    const kept = known.map((one) => ({ ...one, from: Math.max(one.from, from) })).filter((one) => one.to > one.from);
    const { online, reported } = onlineTime([...before, ...changes], kept, buckets);
    // One bot's share counts from its first report; a fleet's mean, over the whole time that is known.
    const whole = bot_id === null ? lengths(kept, buckets) : reported;
    return online.map((ms, place) => (whole[place]! > 0 ? ms / whole[place]! : null));
  }

  return {
    /**
     * Returns the series of a bot, or of all bots that the actor may see.
     *
     * @throws UNAUTHORIZED; NOT_FOUND no such bot, or not one the actor may see
     * @throws INVALID_INPUT a range that ends before it begins, or too many buckets
     */
    async series(actor: Actor, asked: SeriesQuery): Promise<SeriesAnswer> {
      const of = await whose(actor, asked.bot_id);
      const { step, first, last } = rangeOf(asked, now());
      const buckets = { start: first * step.ms, width: step.ms, count: last - first + 1 };
      const end = buckets.start + buckets.count * step.ms;
      const known = await knownStretches(step, { from: buckets.start, to: end });
      const samples = Array.from({ length: buckets.count }, emptySample);
      await read(step, of.rows, [first, last], (sample, bucket) => addSample(samples[bucket - first]!, sample));
      const wants = (name: string) => !asked.names || asked.names.includes(name);
      const shares = lengths(known, buckets).map((ms) => ms / step.ms);
      const answered: Answered = {
        ...{ samples, known: shares, isOneBot: of.bot_id !== null },
        online: wants(ONLINE) ? await onlineBots(of, known, buckets) : undefined,
      };
      return {
        bot_id: of.bot_id,
        from: iso(buckets.start),
        to: iso(end),
        step: step.name,
        step_seconds: step.seconds,
        known: shares.map((share) => Math.round(share * 1000) / 1000),
        series: seriesOf(answered, asked.names ?? DEFAULT_NAMES),
      };
    },
  };
}

/** Every series, and the numbers that bots report. */
const DEFAULT_NAMES = [ONLINE, ...Object.keys(COUNTS), ...Object.keys(LATENCIES), `${METRIC_PREFIX}*`];

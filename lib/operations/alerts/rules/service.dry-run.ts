/** Computes from stored data when a rule would have fired in the last 24 hours. */
import { type Actor, asUser, type UserActor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import type { BotScope } from "@/lib/fleet/bots";
import type { TelemetryRoom } from "@/lib/fleet/telemetry";
import { owningTeam } from "@/lib/identity/teams";
import { LINES_MAX } from "@/lib/operations/alerts/engine/lines";
import { SAMPLE_MS } from "@/lib/operations/alerts/engine/sampler";
import type { ReadingStore } from "@/lib/operations/alerts/engine/store.readings";
import type { DryRun, RuleInput } from "./contract";
import { LINES, SERVER, scopeOf } from "./metrics";
import { countSpans, grouped, offlineSpans, type Span, valueSpans, waitSpans } from "./replay";
import { type AccessDeps, checkRule } from "./service.access";
import type { Happening, HistoryStore } from "./store.history";

export type DryRunDeps = Pick<AccessDeps, "channels" | "botTeams"> & {
  readings: Pick<ReadingStore, "names" | "people">;
  history: HistoryStore;
  recentLines: TelemetryRoom["telemetry"]["recentLines"];
  now(): number;
};

const DAY_MS = 86_400_000;
const FIRINGS_MAX = 100;

/** Reads when the rule's subjects met its condition; `from` is the time since when the data is complete. */
async function replay(
  { history, recentLines }: Pick<DryRunDeps, "history" | "recentLines">,
  input: RuleInput,
  scope: BotScope,
  dayAgo: number,
  to: number,
): Promise<{ spans: Span[]; from: number }> {
  switch (input.metric) {
    case "bot_offline": {
      const { rows, from } = await history.statuses(scope, dayAgo);
      return { spans: offlineSpans(input, rows, dayAgo, to), from };
    }
    case "queue_age": {
      const { rows, from } = await history.waits(scope, dayAgo);
      return { spans: waitSpans(input, rows, dayAgo, to), from };
    }
    case "log_match": {
      const rows: Happening[] = [];
      const asked = { query: input.query ?? "", scope, since: dayAgo, most: LINES_MAX };
      const from = await recentLines(asked, ({ at }) => rows.push({ subject: LINES, at }));
      return { spans: countSpans(input, rows.reverse(), to), from };
    }
    case "error_logs":
    case "failed_commands":
    case "failed_transfers": {
      const { rows, from } = await history[input.metric](scope, dayAgo);
      return { spans: countSpans(input, rows, to), from };
    }
    default: {
      const { rows, from } = await history.samples(input.metric, dayAgo, to);
      return { spans: valueSpans(input, rows), from };
    }
  }
}

export function createDryRun(deps: DryRunDeps) {
  const { readings, now } = deps;

  /** Returns the labels of subjects: bots by their id, people by `user:<id>`, the server. */
  async function labelsOf(subjects: string[]): Promise<Map<string, string>> {
    const people = subjects.flatMap((subject) => Number(/^user:(\d+)$/.exec(subject)?.[1] ?? []));
    const usernames = await readings.people(people);
    return new Map([
      [SERVER, "The server"],
      [LINES, "Matching lines"],
      ...(await readings.names(subjects)),
      ...[...usernames].map(([id, name]): [string, string] => [`user:${id}`, name]),
    ]);
  }

  async function dryRun(actor: Actor, input: RuleInput): Promise<DryRun> {
    const user: UserActor = asUser(actor);
    const team_id = await owningTeam(user, input.team_id, "read");
    await checkRule(deps, user, input, team_id);
    const to = now();
    const dayAgo = to - DAY_MS;
    const scope = scopeOf({
      ...input,
      // A team's rule watches what the team reaches, not what the caller does.
      ...(team_id === user.user_id
        ? { team_id, of_admin: user.role === "admin", rights: user.rights }
        : { team_id, of_admin: false, rights: undefined }),
    });
    const { spans, from } = await replay(deps, input, scope, dayAgo, to);
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
  }

  return { dryRun };
}

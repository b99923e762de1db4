/** Lets people read the runs of a schedule, and start one by hand. */
import type { Actor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import { AppError } from "@/lib/core/errors";
import { afterNumber, rowsOf, shownPage } from "@/lib/core/pages";
import type { BotsRoom } from "@/lib/fleet/bots";
import type { ScheduleRun } from "./contract";
import { HOLD_MS, type Runner } from "./runner";
import { type Deps as ServiceDeps, targetOf } from "./service";
import { findSchedule } from "./service.access";
import { planOf, toRun, toTarget } from "./store.rows";
import type { RunStore } from "./store.runs";

type Deps = Pick<ServiceDeps, "store" | "now" | "newId"> & {
  runs: RunStore;
  runner: Runner;
  bots: Pick<BotsRoom["bots"], "getMany">;
};

type PageQuery = { cursor?: string; limit: number };

/** Builds the service of runs for people. */
export function createRunService(deps: Deps) {
  const { store, runs, runner, bots, now, newId } = deps;

  /** Lists runs newest first. @throws NOT_FOUND */
  async function page(actor: Actor, id: string, { cursor, limit }: PageQuery) {
    await findSchedule({ store }, actor, id, "see");
    return shownPage(await runs.page(id, { after: afterNumber(cursor), limit }), toRun);
  }

  return {
    /** Runs a schedule now, with the rights of its team. @throws NOT_FOUND, FORBIDDEN, CONFLICT */
    async run(actor: Actor, id: string): Promise<ScheduleRun> {
      const { user, row } = await findSchedule({ store }, actor, id, "manage");
      const at = now();
      const run = { id: newId("run"), schedule_id: id, due_at: at, at, check_at: at + HOLD_MS };
      describeAct({ ...targetOf(row), after: { run: run.id } });
      const begun = await runs.beginManual({ ...run, trigger: "manual", started_by: user.user_id }, planOf(row));
      if (!begun) throw new AppError("CONFLICT", "A run of this schedule began at the same moment");
      return toRun(await runner.send(begun));
    },

    page,

    /** Lists a page as `page` does, without a cursor for each run. @throws NOT_FOUND */
    async list(actor: Actor, id: string, query: PageQuery) {
      const { items, next_cursor } = await page(actor, id, query);
      const shown = rowsOf(items);
      return { runs: shown, count: shown.length, next_cursor };
    },

    /** Returns a run with its bots, except those that the caller may not see. @throws NOT_FOUND */
    async get(actor: Actor, id: string, runId: string) {
      const { user } = await findSchedule({ store }, actor, id, "see");
      const run = await runs.find(id, runId);
      if (!run) throw new AppError("NOT_FOUND", `No run ${runId}`);
      const targets = await runs.targets(runId);
      const seen = await bots.getMany(
        user,
        targets.map(({ bot_id }) => bot_id),
      );
      const isShown = ({ bot_id, state }: (typeof targets)[number]) => seen.has(bot_id) || state === "refused";
      return {
        run: toRun(run),
        targets: targets.filter(isShown).map((row) => toTarget(row, seen.get(row.bot_id)?.name ?? null)),
      };
    },
  };
}

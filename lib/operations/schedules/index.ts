/** Schedules: stores, runner and services wired together, one of each per process. */
import type { NotificationsRoom } from "@/lib/community/notifications";
import { bus } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { newId } from "@/lib/core/ids";
import { jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import type { BotsRoom } from "@/lib/fleet/bots";
import type { CommandsRoom } from "@/lib/fleet/commands";
import type { ManifestsRoom } from "@/lib/fleet/manifests";
import { type AccountsRoom, activePerson } from "@/lib/identity/accounts";
import type { QuotasRoom } from "@/lib/identity/quotas";
import { operatorsOf, type TeamsRoom } from "@/lib/identity/teams";
import type { MaintenanceRoom } from "@/lib/operations/maintenance";
import { createActing } from "./acting";
import { createFollowing } from "./following";
import { createScheduleWork, scheduleJobs } from "./jobs";
import { createRunner } from "./runner";
import { createScheduleService } from "./service";
import { createRunService } from "./service.runs";
import { createScheduleStore } from "./store";
import { createRunStore } from "./store.runs";

type Deps = Pick<BotsRoom, "bots"> &
  Pick<CommandsRoom, "commands"> &
  Pick<ManifestsRoom, "manifests"> &
  Pick<TeamsRoom, "teams" | "rights"> &
  Pick<NotificationsRoom, "notifications"> &
  Pick<MaintenanceRoom, "coverage"> &
  Pick<AccountsRoom, "accounts"> &
  Pick<QuotasRoom, "quotas">;

/** Builds the room. Call once per process. */
export function createSchedules({ notifications, accounts, coverage, quotas, ...below }: Deps) {
  const { bots, commands, manifests, teams, rights } = below;
  const onError = (error: unknown) => logger.warn({ err: error }, "a run of a schedule failed");
  const store = createScheduleStore();
  quotas.measure("schedules", store.count);
  const runs = createRunStore();
  const actFor = createActing({ activePerson, teams, rights });
  const following = createFollowing({ store, runs, operatorsOf, notify: notifications.notify, now });
  const runner = createRunner({
    ...{ store, runs, bots, commands, actFor, following, pausedBots: coverage.paused, now },
  });
  const work = createScheduleWork({ store, runs, runner, following, now, newId, onError });
  accounts.onRemaining("schedule", {
    createdBy: async (userId, limit) =>
      (await store.createdBy(userId, limit)).map(({ id, name, team_name }) => ({ id, name, details: [team_name] })),
    endCreated: store.remove,
  });
  bus.on("user.deleted", ({ user_id }, { remote }) => {
    if (!remote) void store.removeOf(user_id).catch(onError);
  });
  return {
    schedules: createScheduleService({ store, quotas, bots, manifests, actFor, now, newId }),
    scheduleRuns: createRunService({ store, runs, runner, bots, now, newId }),
    scheduleJobs: scheduleJobs({ ...work, jobs }),
  };
}

export { createActing } from "./acting";
export { eraseSchedules } from "./store.carryover";

/** Status pages: stores and services wired together, one of each per process. */
import { bus, emit } from "@/lib/core/bus";
import { registerCache } from "@/lib/core/caches";
import { now } from "@/lib/core/clock";
import { cutText } from "@/lib/core/format/text";
import { newId } from "@/lib/core/ids";
import { background, jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import { sign } from "@/lib/core/secrets";
import { type BotsRoom, statusChanges, statusesBefore, teamBots } from "@/lib/fleet/bots";
import type { AccountsRoom } from "@/lib/identity/accounts";
import type { QuotasRoom } from "@/lib/identity/quotas";
import type { MaintenanceRoom } from "@/lib/operations/maintenance";
import { createPageService } from "./service";
import { createIncidentService } from "./service.incidents";
import { createPublicService } from "./service.public";
import { createPageStore } from "./store";
import { createIncidentStore } from "./store.incidents";
import type { PageRow } from "./store.rows";

const SWEEP_MS = 3_600_000;
/** Letters of the secret in an address: 192 bits. */
const SECRET_LENGTH = 32;

const secretOf = ({ id, link_salt }: Pick<PageRow, "id" | "link_salt">): string =>
  cutText(sign("status-page", `${id}:${link_salt}`), SECRET_LENGTH, "");

const pathOf = (row: Pick<PageRow, "id" | "slug" | "visibility" | "link_salt">): string =>
  `/status/${row.slug}${row.visibility === "link" ? `?key=${secretOf(row)}` : ""}`;

type Below = Pick<BotsRoom, "bots"> &
  Pick<AccountsRoom, "accounts"> &
  Pick<QuotasRoom, "quotas"> &
  Pick<MaintenanceRoom, "coverage">;

/** Builds the room. Call once per process. */
export function createStatusPages({ bots, accounts, quotas, coverage }: Below) {
  const store = createPageStore();
  quotas.measure("status_pages", store.count);
  const incidents = createIncidentStore();
  const readers = createPublicService({
    ...{ store, incidents, secretOf, teamBots, statusChanges, statusesBefore, covering: coverage.covering, now },
  });
  const announceChange = (page_id: string) => emit("status_page.changed", { page_id });

  // A status page shows a team's bots to strangers, so the page "That wasn't me" of a locked account lists those that the account made.
  accounts.onRemaining("status_page", {
    createdBy: async (userId, limit) =>
      (await store.createdBy(userId, limit)).map(({ id, title, team_name }) => ({
        id,
        name: title,
        details: [team_name],
      })),
    async endCreated(id) {
      const isRemoved = await store.remove(id);
      announceChange(id);
      return isRemoved;
    },
  });
  registerCache("status pages", { size: readers.size, clear: readers.forgetAll });
  bus.on("status_page.changed", ({ page_id }) => readers.forget(page_id));
  for (const fact of ["bus.gap", "backup.maintenance", "maintenance.changed"] as const) bus.on(fact, readers.forgetAll);
  bus.on("user.deleted", ({ user_id }, { remote }) => {
    if (!remote) void store.removeOf(user_id).catch((err) => logger.warn({ err }, "status pages could not be removed"));
  });

  const deps = { store, quotas, incidents, bots, pathOf, announceChange, now, newId };
  return {
    statusPages: createPageService(deps),
    statusIncidents: createIncidentService(deps),
    statusReaders: { report: readers.report, badge: readers.badge },
    statusPageJobs: background([
      jobs.every({ name: "status_pages.sweep", interval: SWEEP_MS, isLed: true, run: store.sweep }),
    ]),
  };
}

export { erasePages, keepPages, type PageAccess, readPages } from "./store";

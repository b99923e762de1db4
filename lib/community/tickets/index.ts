/** Tickets: services and stores wired together, one of each per process. */
import { join } from "node:path";
import { bus, emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { newId } from "@/lib/core/ids";
import { background, jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import type { MailRoom } from "@/lib/core/mail";
import type { SettingsRoom } from "@/lib/core/settings";
import type { QuotasRoom } from "@/lib/identity/quotas";
import { operatorsOf, type TeamsRoom } from "@/lib/identity/teams";
import { createMessageStore } from "./conversation/store";
import { createCanned } from "./desk/service.canned";
import { createDisk } from "./files/disk";
import { createCannedStore, createFileStore } from "./files/store";
import { createTicketJobs, scheduleTicketJobs } from "./jobs";
import { createTicketServices } from "./service";
import { createTicketStore } from "./store";
import { createListStore } from "./store.list";
import { createPeopleStore } from "./store.people";
import { createSweepStore } from "./store.sweep";

type Deps = Pick<MailRoom, "mail"> &
  Pick<SettingsRoom, "config"> &
  Pick<TeamsRoom, "teams"> &
  Pick<QuotasRoom, "quotas">;

/** Builds the room. Call once per process. */
export function createTickets({ mail, config, teams, quotas }: Deps) {
  const onError = (error: unknown) => logger.warn({ err: error }, "tickets: a background chore failed; it runs again");
  const deps = {
    ...{ tickets: createTicketStore(), lists: createListStore(), messages: createMessageStore() },
    ...{ people: createPeopleStore(), files: createFileStore(), disk: createDisk(join(env.DATA_DIR, "attachments")) },
    ...{ quotas, emit, now, newId, sendMail: mail.enqueue, onError },
    ...{ operatesBot: teams.operatesBot, operatorsOf },
    settings: () => config.section("tickets"),
    maxFileBytes: env.ATTACHMENT_MAX_BYTES,
  };
  const { tickets, upkeep } = createTicketServices(deps);
  quotas.measure("open_tickets", (id) => deps.tickets.countOpen(`u${id}`));
  const work = createTicketJobs({ ...deps, sweeps: createSweepStore(), upkeep });
  // Only the process in which the fact happened acts on it, so that the work is done once.
  bus.on("user.deleted", ({ user_id }, { remote }) => {
    if (!remote) void work.accountDeleted(user_id).catch(onError);
  });
  bus.on("bot.deleted", ({ bot }, { remote }) => {
    if (!remote) void work.botDeleted(bot.id).catch(onError);
  });

  return {
    tickets: {
      ...tickets,
      /** Returns the team that owns the bot of a ticket; null when nobody does. */
      teamOf: async (botId: string): Promise<number | null> => (await deps.people.bot(botId))?.team_id ?? null,
    },
    cannedReplies: createCanned({ store: createCannedStore(), now, newId }),
    ticketJobs: background(scheduleTicketJobs(jobs, work)),
  };
}

export type TicketsRoom = ReturnType<typeof createTickets>;

export { forRequester } from "./rows";
export { countTickets } from "./store.readers";

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
import { createConversation } from "./conversation/service";
import { createTranscripts } from "./conversation/service.transcript";
import { createMessageStore } from "./conversation/store";
import { createDesk } from "./desk/service";
import { createCanned } from "./desk/service.canned";
import { createDisk } from "./files/disk";
import { createAttachments } from "./files/service";
import { createCannedStore, createFileStore } from "./files/store";
import { createTicketJobs, scheduleTicketJobs } from "./jobs";
import { createTicketService } from "./service";
import { createCommon } from "./service.common";
import { createTicketStore } from "./store";
import { createListStore } from "./store.list";
import { createSweepStore } from "./store.sweep";

type Deps = Pick<MailRoom, "mail"> & Pick<SettingsRoom, "config">;

/** Builds the room. Call once per process. */
export function createTickets({ mail, config }: Deps) {
  const onError = (error: unknown) => logger.warn({ err: error }, "tickets: a background chore failed; it runs again");
  const deps = {
    ...{ tickets: createTicketStore(), lists: createListStore(), messages: createMessageStore() },
    ...{ files: createFileStore(), disk: createDisk(join(env.DATA_DIR, "attachments")), emit, now, newId },
    settings: () => config.section("tickets"),
    maxFileBytes: env.ATTACHMENT_MAX_BYTES,
  };
  const common = createCommon(deps);
  const transcripts = createTranscripts({ ...deps, sendMail: mail.enqueue, onError }, common);
  const { erase, closeUnattended, release, ...desk } = createDesk(
    { ...deps, mailTranscript: transcripts.mailTranscript },
    common,
  );
  const work = createTicketJobs({
    ...deps,
    sweeps: createSweepStore(),
    desk: { erase, closeUnattended, release },
  });
  // Where it happened, so that it is done once.
  bus.on("user.deleted", ({ user_id }, { remote }) => {
    if (!remote) void work.accountDeleted(user_id).catch(onError);
  });
  bus.on("bot.deleted", ({ bot }, { remote }) => {
    if (!remote) void work.botDeleted(bot.id).catch(onError);
  });

  return {
    tickets: {
      ...createTicketService(deps, common),
      ...createConversation(deps, common),
      ...createAttachments(deps, common),
      ...desk,
      transcript: transcripts.transcript,
    },
    cannedReplies: createCanned({ store: createCannedStore(), now, newId }),
    ticketJobs: background(scheduleTicketJobs(jobs, work)),
  };
}

export type TicketsRoom = ReturnType<typeof createTickets>;

export { forRequester } from "./rows";

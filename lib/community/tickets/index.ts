/** Tickets: services and stores wired together, one of each per process. */
import { join } from "node:path";
import { bus, emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { newId } from "@/lib/core/ids";
import { logger } from "@/lib/core/log/logger";
import { mail } from "@/lib/core/mail";
import { config } from "@/lib/core/settings";
import { singleton } from "@/lib/core/singleton";
import { createConversation } from "./conversation/service";
import { createTranscripts } from "./conversation/service.transcript";
import { createMessageStore } from "./conversation/store";
import { createDesk } from "./desk/service";
import { createCanned } from "./desk/service.canned";
import { createDisk } from "./files/disk";
import { createAttachments } from "./files/service";
import { createCannedStore, createFileStore } from "./files/store";
import { createTicketJobs } from "./jobs";
import { createTicketService } from "./service";
import { createCommon } from "./service.common";
import { createTicketStore } from "./store";
import { createListStore } from "./store.list";
import { createSweepStore } from "./store.sweep";

const LOOK_MS = 60_000;
const STRAYS_MS = 6 * 3_600_000;

const room = singleton("tickets", () => {
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
  const jobs = createTicketJobs({
    ...deps,
    sweeps: createSweepStore(),
    desk: { erase, closeUnattended, release },
  });
  // Where it happened, so that it is done once.
  bus.on("user.deleted", ({ user_id }, { remote }) => {
    if (!remote) void jobs.accountDeleted(user_id).catch(onError);
  });
  bus.on("bot.deleted", ({ bot }, { remote }) => {
    if (!remote) void jobs.botDeleted(bot.id).catch(onError);
  });

  let timers: NodeJS.Timeout[] = [];
  let running: Promise<void> = Promise.resolve();
  const run = (...work: (() => Promise<void>)[]) => {
    for (const one of work) running = running.then(one).catch(onError);
  };
  return {
    tickets: {
      ...createTicketService(deps, common),
      ...createConversation(deps, common),
      ...createAttachments(deps, common),
      ...desk,
      transcript: transcripts.transcript,
    },
    canned: createCanned({ store: createCannedStore(), now, newId }),
    jobs: {
      /** Call once at start, with the database open. */
      start() {
        if (timers.length > 0) return;
        timers = [
          setInterval(() => run(jobs.closeIdle, jobs.tidy), LOOK_MS).unref(),
          setInterval(() => run(jobs.removeStrays), STRAYS_MS).unref(),
        ];
        run(jobs.closeIdle, jobs.tidy);
      },
      /** Resolves when what is under way is done. */
      async stop() {
        for (const timer of timers) clearInterval(timer);
        timers = [];
        await running;
      },
    },
  };
});

export { forRequester } from "./rows";
export const { tickets, canned: cannedReplies, jobs: ticketJobs } = room;

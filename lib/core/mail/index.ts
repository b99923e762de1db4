/** Mail: one queue and one way out per process. */
import { join } from "node:path";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { newId } from "@/lib/core/ids";
import { logger } from "@/lib/core/log/logger";
import { hashToken, seal, unseal } from "@/lib/core/secrets";
import { singleton } from "@/lib/core/singleton";
import { createMailService, type MailService } from "./service";
import { createMailStore } from "./store";
import { createMailTransport } from "./transport";

export type { Mail } from "./service";

const SWEEP_MS = 3_600_000;

const room = singleton("mail", () => {
  const transport = createMailTransport({
    ...{ from: env.MAIL_FROM, smtpUrl: env.SMTP_URL, outbox: join(env.DATA_DIR, "outbox") },
  });
  const onError = (error: unknown) => logger.warn({ err: error }, "mail: a background chore failed");
  const {
    jobs,
    sweep,
    settled: _,
    ...service
  } = createMailService({
    ...{ store: createMailStore(), transport, seal, unseal, hash: hashToken, newId, now, onError },
    warn: (fields, message) => logger.warn(fields, message),
  });
  let timer: NodeJS.Timeout | undefined;
  return {
    service,
    jobs: {
      start(): void {
        timer ??= setInterval(() => void sweep().catch(onError), SWEEP_MS).unref();
        jobs.start();
      },
      async stop(): Promise<void> {
        clearInterval(timer);
        timer = undefined;
        await jobs.stop();
      },
    },
  };
});

export const mail: Omit<MailService, "jobs" | "sweep" | "settled"> = room.service;
export const mailJobs = room.jobs;

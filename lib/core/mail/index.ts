/** Mail: one queue and one transport per process. */
import { join } from "node:path";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { newId } from "@/lib/core/ids";
import { background, jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import { hashToken, seal, unseal } from "@/lib/core/secrets";
import { createMailJobs } from "./jobs";
import { createMailService } from "./service";
import { createMailStore } from "./store";
import { createMailTransport } from "./transport";

export type { Mail } from "./service";

type MailDeps = Pick<Parameters<typeof createMailService>[0], "isVerified">;

/** Builds the room. Call once per process. */
export function createMail({ isVerified }: MailDeps) {
  const store = createMailStore();
  const transport = createMailTransport({
    ...{ from: env.MAIL_FROM, smtpUrl: env.SMTP_URL, outbox: join(env.DATA_DIR, "outbox") },
  });
  const service = createMailService({
    ...{ store, transport, isVerified, seal, hash: hashToken, newId, now, wake: () => send.wake() },
  });
  const { send, sweep } = createMailJobs({
    ...{ jobs, store, deliver: service.deliver, unseal, now },
    warn: (fields, message) => logger.warn(fields, message),
  });
  return { mail: service, mailJobs: background([send, sweep]) };
}

export type MailRoom = ReturnType<typeof createMail>;

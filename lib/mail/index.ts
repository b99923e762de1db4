/** Mail: one service per process. */
import { join } from "node:path";
import { env } from "@/lib/env";
import { singleton } from "@/lib/singleton";
import { createMailService, type MailService } from "./service";

export type { Mail } from "./service";

export const mail: MailService = singleton("mail", () =>
  createMailService({ from: env.MAIL_FROM, smtpUrl: env.SMTP_URL, outbox: join(env.DATA_DIR, "outbox") }),
);

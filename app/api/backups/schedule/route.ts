import { backups } from "@/lib/backups";
import { putBackupSchedule } from "@/lib/backups/contract";
import { route } from "@/lib/http";

export const PUT = route({
  contract: putBackupSchedule,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "backups",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ actor, body }) => backups.putSchedule(actor, body),
});

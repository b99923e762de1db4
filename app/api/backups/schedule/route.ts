import { route } from "@/lib/edge/http";
import { getBackupSchedule, putBackupSchedule } from "@/lib/operations/backups/contract";

export const GET = route({
  contract: getBackupSchedule,
  auth: ["user"],
  permission: "admin",
  feature: "backups",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ app: { backups }, actor }) => backups.getSchedule(actor),
});

export const PUT = route({
  contract: putBackupSchedule,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "backups",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ app: { backups }, actor, body, version }) => backups.putSchedule(actor, body, version),
});

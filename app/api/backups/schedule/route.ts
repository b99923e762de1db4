import { route } from "@/lib/edge/http";
import { backups } from "@/lib/operations/backups";
import { getBackupSchedule, putBackupSchedule } from "@/lib/operations/backups/contract";

export const GET = route({
  contract: getBackupSchedule,
  auth: ["user"],
  permission: "admin",
  feature: "backups",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ actor }) => backups.getSchedule(actor),
});

export const PUT = route({
  contract: putBackupSchedule,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "backups",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ actor, body, version }) => backups.putSchedule(actor, body, version),
});

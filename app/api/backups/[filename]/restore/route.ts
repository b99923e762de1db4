import { backups } from "@/lib/backups";
import { restoreBackup } from "@/lib/backups/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: restoreBackup,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "backups",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ actor, params, body }) => backups.restore(actor, params.filename, body.confirm),
});

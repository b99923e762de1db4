import { route } from "@/lib/edge/http";
import { restoreBackup } from "@/lib/operations/backups/contract";

export const POST = route({
  contract: restoreBackup,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "backups",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ app: { backups }, actor, params, body }) => backups.restore(actor, params.filename, body.confirm),
});

import { route } from "@/lib/edge/http";
import { backups } from "@/lib/operations/backups";
import { verifyBackup } from "@/lib/operations/backups/contract";

export const POST = route({
  contract: verifyBackup,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "backups",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ actor, params }) => backups.verify(actor, params.filename),
});

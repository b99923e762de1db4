import { backups } from "@/lib/backups";
import { verifyBackup } from "@/lib/backups/contract";
import { route } from "@/lib/http";

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

import { route } from "@/lib/edge/http";
import { verifyBackup } from "@/lib/operations/backups/contract";

export const POST = route({
  contract: verifyBackup,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "backups",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ app: { backups }, actor, params }) => backups.verify(actor, params.filename),
});

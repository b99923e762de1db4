import { backups } from "@/lib/backups";
import { uploadBackup } from "@/lib/backups/contract";
import { route, uploaded } from "@/lib/http";

export const POST = route({
  contract: uploadBackup,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "backups",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ actor, req }) => ({
    success: true as const,
    message: "Backup received and checked",
    backup: await backups.upload(actor, (max) => uploaded(req, max)),
  }),
});

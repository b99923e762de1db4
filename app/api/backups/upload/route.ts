import { receiveUpload, route } from "@/lib/edge/http";
import { uploadBackup } from "@/lib/operations/backups/contract";

export const POST = route({
  contract: uploadBackup,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "backups",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { backups }, actor, req }) => ({
    success: true as const,
    message: "Backup received and checked",
    backup: await receiveUpload({ actor, req }, (open) => backups.upload(actor, open)),
  }),
});

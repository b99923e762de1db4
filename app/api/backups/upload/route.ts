import { backups } from "@/lib/backups";
import { uploadBackup } from "@/lib/backups/contract";
import { receiveUpload, route } from "@/lib/http";

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
    backup: await receiveUpload({ actor, req }, (open) => backups.upload(actor, open)),
  }),
});

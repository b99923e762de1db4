import { backups } from "@/lib/backups";
import { deleteBackup } from "@/lib/backups/contract";
import { route } from "@/lib/http";

export const DELETE = route({
  contract: deleteBackup,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "backups",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ actor, params }) => {
    await backups.remove(actor, params.filename);
    return { success: true as const, message: "Backup deleted" };
  },
});

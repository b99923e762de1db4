import { route } from "@/lib/edge/http";
import { backups } from "@/lib/operations/backups";
import { deleteBackup } from "@/lib/operations/backups/contract";

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

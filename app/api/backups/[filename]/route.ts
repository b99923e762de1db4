import { route } from "@/lib/edge/http";
import { deleteBackup } from "@/lib/operations/backups/contract";

export const DELETE = route({
  contract: deleteBackup,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "backups",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { backups }, actor, params }) => {
    await backups.remove(actor, params.filename);
    return { success: true as const, message: "Backup deleted" };
  },
});

import { route } from "@/lib/edge/http";
import { createBackup, listBackups } from "@/lib/operations/backups/contract";

export const GET = route({
  contract: listBackups,
  auth: ["user"],
  permission: "admin",
  feature: "backups",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ app: { backups }, actor }) => backups.list(actor),
});

export const POST = route({
  contract: createBackup,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "backups",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { backups }, actor, body }) => {
    const backup = await backups.create(actor, body);
    return { success: true as const, message: "Backup created successfully", filename: backup.filename, backup };
  },
});

import { route } from "@/lib/edge/http";
import { createBackup, listBackups } from "@/lib/operations/backups/contract";

const access = { auth: ["user"], permission: "admin", feature: "backups", rateLimit: "rest", dialect: "mltb" } as const;

export const GET = route({
  contract: listBackups,
  ...access,
  handle: ({ app: { backups }, actor }) => backups.list(actor),
});

export const POST = route({
  contract: createBackup,
  ...access,
  scope: "admin",
  handle: async ({ app: { backups }, actor, body }) => {
    const backup = await backups.create(actor, body);
    return { success: true as const, message: "Backup created successfully", filename: backup.filename, backup };
  },
});

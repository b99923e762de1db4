/** Resolvers of document 002: backups. */

import type { App } from "@/lib/app";
import { administrating, type Context } from "@/lib/edge/graphql/context";
import { given } from "@/lib/edge/graphql/page";
import { check } from "@/lib/edge/http";
import { createBackup } from "@/lib/operations/backups/contract";
import { backupMeant, type NamedBackup } from "./original";
import { plainTime } from "./server";

const query = ({ backups }: App) => ({
  async backups(_: unknown, __: unknown, { actor }: Context) {
    const { backups: list } = await backups.list(actor);
    return list.map((one) => ({ ...one, timestamp: plainTime(one.timestamp) }));
  },
});

const mutation = (app: App) => ({
  createBackup: administrating(
    async (_, args: { description?: string | null; backupName?: string | null }, { actor }) => {
      const { filename } = await app.backups.create(actor, check(createBackup.body, given(args)));
      return { success: true, message: "Backup created successfully", filename };
    },
  ),
  // Naming the backup counts as the confirmation that REST asks for in the body.
  restoreBackup: administrating(async (_, named: NamedBackup, { actor }) => {
    const filename = await backupMeant(app, actor, named);
    return { ...(await app.backups.restore(actor, filename, filename)), filename };
  }),
  verifyIntegrity: administrating(async (_, named: NamedBackup, { actor }) => {
    const { ok, message, filename } = await app.backups.verify(actor, await backupMeant(app, actor, named));
    return { success: ok, isValid: ok, message, filename };
  }),
});

export const backup = (app: App) => ({ query: query(app), mutation: mutation(app) });

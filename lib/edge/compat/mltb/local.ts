/** Replies to callers whom OPEN_OPS_API lets in without a credential: the fields of document 002 alone. */
import type { getConfig } from "@/lib/core/settings/contract";
import type { AdapterOf } from "@/lib/edge/http";
import type { getServerStats, listUsersWithStats } from "@/lib/operations/stats/contract";

export const localStats: AdapterOf<typeof getServerStats.response> = {
  reply: ({ version, uptime, activeTasks, totalDownloads, totalUploads, totalUsers, diskUsage, memoryUsage }) => ({
    ...{ version, uptime, activeTasks, totalDownloads, totalUploads, totalUsers, diskUsage, memoryUsage },
  }),
};

export const localUsers: AdapterOf<typeof listUsersWithStats.response> = {
  reply: ({ users, count, next_cursor }) => ({
    users: users.map(({ id, username, kind, platform, totalDownloads, totalUploads, lastActive }) => ({
      ...{ id, username, kind, platform, totalDownloads, totalUploads, lastActive },
    })),
    count,
    ...(next_cursor !== undefined && { next_cursor }),
  }),
};

export const localConfig: AdapterOf<typeof getConfig.response> = {
  reply: ({ downloadDir, maxConcurrentDownloads, maxSplitSize, autoDeleteDuration, enabledPhases, features }) => ({
    ...{ downloadDir, maxConcurrentDownloads, maxSplitSize, autoDeleteDuration, enabledPhases, features },
  }),
};

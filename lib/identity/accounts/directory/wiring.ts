/** Schedules what follows the LDAP directory. */
import { now } from "@/lib/core/clock";
import { background, jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import type { Directory } from "@/lib/identity/directory";
import { createFollowing } from "./service.follow";
import { createDirectoryStore } from "./store";

/** Somebody whom the directory disables must be signed out within a minute. A tenth of jitter is added. */
const FOLLOW_MS = 45_000;
const FIRST_FOLLOW_MS = 2_000;

type Deps = Omit<Parameters<typeof createFollowing>[0], "directory" | "store" | "log" | "now">;

/** Creates the job, as a service of its own. Without a directory the service has nothing to do. */
export function createDirectoryJobs(directory: Directory | undefined, deps: Deps) {
  if (!directory) return { directoryJobs: background([]), directoryName: null };
  const { followDirectory } = createFollowing({ ...deps, directory, now, store: createDirectoryStore(), log: logger });
  const job = jobs.every({
    ...{ name: "accounts.directory", interval: FOLLOW_MS, first: FIRST_FOLLOW_MS, isLed: true },
    run: ({ signal }) => followDirectory(signal),
  });
  return { directoryJobs: background([job]), directoryName: directory.name };
}

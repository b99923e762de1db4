/** The background jobs of this process. Rooms declare theirs in their `jobs.ts`; lib/operations/system lists them. */
import { randomUUID } from "node:crypto";
import { now } from "@/lib/core/clock";
import { onGrid } from "@/lib/core/event-loop";
import { logger } from "@/lib/core/log/logger";
import { createJobs } from "./registry";
import { leases } from "./store";

export { background } from "./background";
export { createLeadership, type Leases } from "./leader";
export { createJobs, type Job, type JobState, type Jobs, type WorkerJob } from "./registry";
export { leases } from "./store";

/** These timers do not keep the process alive, so that a server that has stopped listening can end. */
const scheduler = {
  now,
  after(ms: number, run: () => void) {
    const timer = setTimeout(run, onGrid(ms)).unref();
    return () => clearTimeout(timer);
  },
  random: Math.random,
};

export const jobs = createJobs({ scheduler, log: logger, leases, holder: randomUUID() });

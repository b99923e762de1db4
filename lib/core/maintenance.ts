/**
 * Whether the database is being replaced. No request may run meanwhile, because it could read the old database, or
 * parts of both. Each process has its own flag, set by a fact (lib/operations/backups).
 */
import { unavailable } from "./errors";

export const maintenance = { on: false };

/** The error for callers while the database is replaced. */
export const underMaintenance = () =>
  unavailable("A backup is being restored: nothing is stored at this moment. Try again in a few seconds", 5);

/** Words of the contract that pages show before any zod is loaded. */
export const TASK_STATUSES = ["queued", "active", "paused", "completed", "failed", "cancelled"] as const;

/** Constants of the contract that pages need without loading zod. */
export const TASK_STATUSES = ["queued", "active", "paused", "completed", "failed", "cancelled"] as const;

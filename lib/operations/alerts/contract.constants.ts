/** Constants of the contract that pages need without loading zod. */
export const LEVELS = ["info", "warning", "critical"] as const;
export const SEVERITIES = ["low", "medium", "high", "critical"] as const;
/** The most alerts in one bulk call. */
export const BULK_MAX = 200;

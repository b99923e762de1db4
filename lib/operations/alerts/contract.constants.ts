/** Words of the contract that pages show before any zod is loaded. */
export const LEVELS = ["info", "warning", "critical"] as const;
export const SEVERITIES = ["low", "medium", "high", "critical"] as const;

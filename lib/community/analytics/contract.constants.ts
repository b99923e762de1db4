/** Defaults of the contract that pages show before any zod is loaded. */
/** Enough to compare 90 days with the 90 before. */
export const DEFAULT_SETTINGS = { keep_days: 200 };

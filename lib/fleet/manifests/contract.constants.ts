/** Limits of the contract that pages show before any zod is loaded. */
/** As many as fit into one address beside everything else a request carries. */
export const COMMON_BOTS_MAX = 500;

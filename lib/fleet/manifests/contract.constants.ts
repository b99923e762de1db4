/** Limits of the contract that pages show before any zod is loaded. */
/** The most bots in one comparison: their ids must fit into one URL beside the rest of a request. */
export const COMMON_BOTS_MAX = 500;

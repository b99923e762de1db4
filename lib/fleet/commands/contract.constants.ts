/** Limits of the contract that pages show before any zod is loaded. */
export const COMMAND_TYPE_MAX = 64;
export const COMMAND_TYPE_PATTERN = /^[^\p{Cc}\p{Cs}]+$/u;
/** Commands of one bulk call. */
export const BULK_MAX = 1000;
/** The default number of attempts: deliveries without an ack after which a command fails. */
export const ATTEMPTS_DEFAULT = 10;

/** Constants of the contract that pages need without loading zod. */
export const COMMAND_TYPE_MAX = 64;
export const COMMAND_TYPE_PATTERN = /^[^\p{Cc}\p{Cs}]+$/u;
/** The most commands in one bulk call. */
export const BULK_MAX = 1000;
/** The longest lease, in seconds. */
export const LEASE_MAX_S = 3_600;
/** The default of `max_attempts`: a command fails after this many deliveries without an ack. */
export const ATTEMPTS_DEFAULT = 10;

/** Commands that a call left are counted up to this, because counting reads each of them. */
export const LEFT_MAX = 10_000;

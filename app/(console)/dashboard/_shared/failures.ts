/**
 * The number of commands that failed, expired or could not be delivered. The API also counts commands that a person
 * cancelled as failed; the console shows those as cancelled.
 */
export const failuresOf = (counts: { failed_commands: number; cancelled_commands: number }): number =>
  counts.failed_commands - counts.cancelled_commands;

export const FAILURES_TITLE =
  "Stored commands that failed, expired or could not be delivered; cancelled ones do not count";

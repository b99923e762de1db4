import type { TaskStatus } from "@/lib/operations/transfers/contract";

/** Returns the label of a transfer's status. The API's words are `active` and `completed`. */
export const statusLabel = (status: TaskStatus): string =>
  status === "active" ? "running" : status === "completed" ? "done" : status;

import type { TaskStatus } from "@/lib/operations/transfers/contract";

/** The status of a transfer as people read it. The API says `active` and `completed`. */
export const statusLabel = (status: TaskStatus): string =>
  status === "active" ? "running" : status === "completed" ? "done" : status;

/** Rows of transfers. */
import type { Row } from "@/lib/core/db";
import type { Destination, TaskStatus } from "./contract";

type Words = { kind: "http" | "torrent"; status: TaskStatus; phase: "fetch" | "send"; destination: Destination };
export type TaskRow = Omit<Row<"transfer">, keyof Words> &
  Words & {
    username: string;
    /** The name of the contact for whom the transfer was requested, if there is one. */
    contact_name: string | null;
  };

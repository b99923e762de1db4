/** Rows of the ticket tables. */
import type { Row } from "@/lib/core/db";
import type { Priority, TicketMessage, TicketStatus } from "./contract";

export type TicketRow = Omit<Row<"ticket">, "status" | "priority"> & {
  status: TicketStatus;
  priority: Priority;
};
export type MessageRow = Omit<Row<"ticket_message">, "author_type"> & {
  author_type: TicketMessage["author_type"];
};
export type FileRow = Row<"ticket_attachment">;

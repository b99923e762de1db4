/** Rows of this room's tables, as in the schema. JSON columns are text; times are epoch milliseconds. */
import type { Row } from "@/lib/core/db";
import type { Message } from "./contract";

export type LogRow = Row<"log">;
export type MessageRow = Omit<Row<"message">, "thread_type"> & Pick<Message, "thread_type">;
export type Rows = { log: LogRow; message: MessageRow };
export type Table = keyof Rows;

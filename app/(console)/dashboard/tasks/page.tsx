import type { Metadata } from "next";
import { Switched } from "@/app/_server/switched";
import { TasksPage } from "../_transfers/tasks-page";

export const metadata: Metadata = { title: "Transfers" };

export default function Page() {
  return <Switched feature="transfers">{() => <TasksPage />}</Switched>;
}

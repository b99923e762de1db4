import type { Metadata } from "next";
import { Switched } from "@/app/_server/switched";
import { requireUser } from "@/app/_server/user";
import { TasksPage } from "../_transfers/tasks-page";

export const metadata: Metadata = { title: "Transfers" };

export default async function Page() {
  const { may_transfer } = await requireUser();
  return <Switched feature="transfers">{() => <TasksPage mayStart={may_transfer} />}</Switched>;
}

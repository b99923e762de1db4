import type { Metadata } from "next";
import { requireUser } from "@/app/_server/user";
import { PageHeader } from "@/app/_ui/page-header";
import { LogViews } from "../_logs/log-views";
import { LogViewer } from "../_logs/logs";

export const metadata: Metadata = { title: "Logs" };

export default async function LogsPage() {
  const { id: userId } = await requireUser();
  return (
    <>
      <PageHeader
        title="Logs"
        description="Log lines that bots stored in Muster, updated live."
        actions={<LogViews userId={userId} />}
      />
      <LogViewer userId={userId} className="h-[calc(100dvh-11.875rem)] min-h-96" />
    </>
  );
}

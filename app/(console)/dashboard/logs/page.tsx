import type { Metadata } from "next";
import { PageHeader } from "@/app/_ui/page-header";
import { LogViewer } from "../_logs/log-viewer";

export const metadata: Metadata = { title: "Logs" };

export default function LogsPage() {
  return (
    <>
      <PageHeader title="Logs" description="Log lines that bots stored in Muster, updated live." />
      <LogViewer className="h-[calc(100dvh-11.875rem)] min-h-96" />
    </>
  );
}

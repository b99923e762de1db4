import type { Metadata } from "next";
import { PageHeader } from "@/app/_ui/page-header";
import { LogViewer } from "../_logs/log-viewer";

export const metadata: Metadata = { title: "Logs" };

export default function LogsPage() {
  return (
    <>
      <PageHeader title="Logs" />
      <LogViewer className="h-[calc(100dvh-10.5rem)] min-h-96" />
    </>
  );
}

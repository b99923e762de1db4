import type { Metadata } from "next";
import { PageHeader } from "@/app/_ui/page-header";
import { Inbox } from "../_inbox/inbox";

export const metadata: Metadata = { title: "Inbox" };

export default function InboxPage() {
  return (
    <div className="max-w-4xl">
      <PageHeader title="Inbox" description="Your notifications, updated live. ✓ marks one as read, ✕ removes it." />
      <Inbox />
    </div>
  );
}

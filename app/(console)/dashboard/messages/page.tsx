import type { Metadata } from "next";
import { PageHeader } from "@/app/_ui/page-header";
import { MessageBrowser } from "../_messages/message-browser";

export const metadata: Metadata = { title: "Messages" };

export default function MessagesPage() {
  return (
    <>
      <PageHeader
        title="Messages"
        description="Chat messages that bots saw, updated live. A thread is a group or a direct chat."
      />
      <MessageBrowser />
    </>
  );
}

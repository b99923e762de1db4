import type { Metadata } from "next";
import { read } from "@/app/_server/api";
import { requireUser } from "@/app/_server/user";
import { getBotInfo } from "@/generated/calls/fleet/bots";
import { pageData } from "@/lib/client/page-data";
import { BotPage } from "../_detail/bot-page";

export const metadata: Metadata = { title: "Bot" };

/** Decodes the path segment, which Next passes on percent-encoded. A broken encoding names no bot. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

export default async function Page({ params }: { params: Promise<{ bot_id: string }> }) {
  const botId = decoded((await params).bot_id);
  const { id, role } = await requireUser();
  // If the bot is deleted or the reader may not see it, the page itself says so.
  const info = await read(getBotInfo, { params: { bot_id: botId } }).catch(() => undefined);
  return <BotPage botId={botId} reader={{ id, role }} initial={info && pageData(info)} />;
}

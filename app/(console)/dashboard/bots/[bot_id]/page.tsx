import type { Metadata } from "next";
import { requireActor } from "@/app/_server/actor";
import { builtApp } from "@/lib/app.built";
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
  const actor = await requireActor();
  // If the bot is deleted or the reader may not see it, the page itself says so.
  const info = await builtApp()
    .stats.info(actor, botId)
    .catch(() => undefined);
  return <BotPage botId={botId} initial={info && pageData(info)} />;
}

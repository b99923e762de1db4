import type { Metadata } from "next";
import { requireActor } from "@/app/_server/actor";
import { builtApp } from "@/lib/app.built";
import { pageData } from "@/lib/client/page-data";
import { BotPage } from "../_detail/bot-page";

export const metadata: Metadata = { title: "Bot" };

/** The segment as Next hands it on is still percent-encoded; a broken encoding is a bot that does not exist. */
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
  // A bot that is gone, or never was the reader's to see: the page says so itself.
  const info = await builtApp()
    .stats.info(actor, botId)
    .catch(() => undefined);
  return <BotPage botId={botId} initial={info && pageData(info)} />;
}

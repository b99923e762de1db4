import type { Metadata } from "next";
import { BotPage } from "../../_bot/bot-page";

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
  return <BotPage botId={decoded((await params).bot_id)} />;
}

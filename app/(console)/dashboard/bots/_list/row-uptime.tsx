"use client";
import { useEffect, useState } from "react";
import { UptimeBar } from "@/app/_ui/sparkline";
import { useMedia } from "@/app/(console)/dashboard/_shared/hooks";
import type { Bot } from "@/lib/fleet/bots/contract";
import { useBotUptime } from "@/lib/fleet/bots/queries";

/**
 * A bot's uptime of the last day. Loaded only once the row has stayed in view, on screens wide enough for the column.
 */
export function RowUptime({ bot }: { bot: Bot }) {
  const wide = useMedia("(min-width: 1280px)");
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), 500);
    return () => clearTimeout(timer);
  }, []);
  const { data } = useBotUptime(bot.id, "24", { enabled: wide && settled, live: false });
  if (!data) return <span className="block h-5" />;
  const share = data.uptime === null ? "no data" : `${(data.uptime * 100).toFixed(1)} % uptime`;
  return <UptimeBar slots={data.slots} label={`${bot.name}, last 24 h: ${share}`} className="h-4" />;
}

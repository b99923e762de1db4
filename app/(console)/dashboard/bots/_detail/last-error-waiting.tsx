import { Skeleton } from "@/app/_ui/skeleton";
import type { Bot } from "@/lib/fleet/bots/contract";

/** Reserves one line for the last error, because most messages take one. */
export const LastErrorWaiting = ({ bot }: { bot: Bot }) =>
  bot.error_logs > 0 ? <Skeleton className="h-[5.5625rem] w-full" /> : null;

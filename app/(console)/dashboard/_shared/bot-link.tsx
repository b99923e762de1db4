import Link from "next/link";
import { cn } from "@/app/_ui/cn";

/** Returns the address of a bot's page, optionally of one of its tabs. */
export function botHref(botId: string, tab?: string): string {
  return `/dashboard/bots/${encodeURIComponent(botId)}${tab ? `?tab=${tab}` : ""}`;
}

/** A link to a bot's page. Shows the bot's name, or its id while the name is unknown. */
export function BotLink({ id, name, tab, className }: { id: string; name?: string; tab?: string; className?: string }) {
  return (
    <Link
      href={botHref(id, tab)}
      prefetch={false}
      title={id}
      className={cn("truncate py-0.5 font-medium hover:text-accent hover:underline", !name && "font-mono", className)}
    >
      <bdi>{name ?? id}</bdi>
    </Link>
  );
}

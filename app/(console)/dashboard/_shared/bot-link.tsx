import Link from "next/link";
import { cn } from "@/app/_ui/cn";

/** The address of a bot's page, at one of its tabs. */
export function botHref(botId: string, tab?: string): string {
  return `/dashboard/bots/${encodeURIComponent(botId)}${tab ? `?tab=${tab}` : ""}`;
}

/** A bot by name (by id while the name is unknown), leading to its page. */
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

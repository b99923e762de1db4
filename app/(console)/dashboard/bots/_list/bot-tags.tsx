import { Badge } from "@/app/_ui/badge";
import { cn } from "@/app/_ui/cn";
import type { Bot } from "@/lib/fleet/bots/contract";

/** The tags in a row of the list. The others are counted, and named by the tooltip. */
const SHOWN = 2;

/** The tags of a bot: those that people gave it, then those that it reports itself. */
export function BotTags({ bot, shown = SHOWN, className }: { bot: Bot; shown?: number; className?: string }) {
  const own = new Set(bot.tags.map((tag) => tag.toLowerCase()));
  const reported = bot.reported_tags.filter((tag) => !own.has(tag.toLowerCase()));
  const all = [
    ...bot.tags.map((name) => ({ name, title: undefined })),
    ...reported.map((name) => ({ name, title: "Reported by the bot" })),
  ];
  if (all.length === 0) return null;
  const hidden = all.slice(shown);
  return (
    <span className={cn("inline-flex flex-wrap gap-1 align-middle", className)}>
      {all.slice(0, shown).map(({ name, title }) => (
        <Badge key={name} tone={title ? "neutral" : "info"} title={title}>
          <bdi>{name}</bdi>
        </Badge>
      ))}
      {hidden.length > 0 ? <Badge title={hidden.map(({ name }) => name).join(", ")}>+{hidden.length}</Badge> : null}
    </span>
  );
}

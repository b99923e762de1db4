"use client";
import { Command } from "cmdk";
import {
  Bookmark,
  CalendarClock,
  Clock,
  Keyboard,
  LogOut,
  Moon,
  Plus,
  RotateCw,
  ScrollText,
  Send,
  Signpost,
  SquareTerminal,
  Sun,
  Ticket,
  Wrench,
} from "lucide-react";
import { useTheme } from "next-themes";
import type { ReactNode } from "react";
import { Light, statusTone } from "@/app/_ui/badge";
import { Kbd } from "@/app/_ui/kbd";
import { errorToast } from "@/app/_ui/toast";
import { enterView } from "@/app/(console)/dashboard/_shared/views/enter";
import { usePinnedViews } from "@/lib/fleet/views/queries";
import { FoldedIcon } from "./folded-icon";
import { KEYWORDS } from "./keywords";
import type { NavGroup } from "./navigation";
import type { BotVerb } from "./palette-verbs";
import type { Recent } from "./recents";
import { signOutHere } from "./sign-out";
import type { usePaletteSearch } from "./use-palette-search";
import { usePowerRequest } from "./use-power-request";

type Found = ReturnType<typeof usePaletteSearch>;
/** Closes the palette and opens an address, which is listed under its label the next time. */
type Go = (href: string, label: string) => void;
/** Closes the palette and then runs the action. */
type Act = (action: () => void) => void;

export function RecentItems({ recents, onGo }: { recents: readonly Recent[]; onGo: Go }) {
  if (recents.length === 0) return null;
  return (
    <Group heading="Recent">
      {recents.map(({ href, label }) => (
        <Item key={href} value={`recent ${href}`} icon={<Clock />} onSelect={() => onGo(href, label)}>
          <bdi>{label}</bdi>
        </Item>
      ))}
    </Group>
  );
}

export function PageItems({ navigation, onGo }: { navigation: NavGroup[]; onGo: Go }) {
  const pages = navigation.flatMap((group) => group.items);
  return (
    <Group heading="Pages">
      {pages.map((page) => (
        <Item
          key={page.href}
          value={`page ${page.label} ${KEYWORDS[page.href] ?? ""}`}
          icon={page.icon ? <page.icon /> : <FoldedIcon href={page.href} />}
          onSelect={() => onGo(page.href, page.label)}
          aside={page.key ? <Kbd>g {page.key}</Kbd> : null}
        >
          {page.label}
        </Item>
      ))}
    </Group>
  );
}

export function ViewItems({ onGo }: { onGo: Go }) {
  const views = usePinnedViews();
  if (views.length === 0) return null;
  return (
    <Group heading="Pinned views">
      {views.map((view) => (
        <Item
          key={view.view_id}
          value={`view ${view.page} ${view.name} ${view.view_id}`}
          icon={<Bookmark />}
          onSelect={() => onGo(enterView(view), view.name)}
        >
          <bdi>{view.name}</bdi>
        </Item>
      ))}
    </Group>
  );
}

export function BotItems({ bots, onGo }: { bots: Found["bots"]; onGo: Go }) {
  if (bots.length === 0) return null;
  return (
    <Group heading="Bots">
      {bots.map((bot) => (
        <Item
          key={bot.id}
          value={`bot ${bot.name} ${bot.id}`}
          icon={
            <span className="grid w-4 place-items-center">
              <Light tone={statusTone(bot.status)} />
            </span>
          }
          onSelect={() => onGo(botPath(bot), bot.name)}
          aside={<span className="text-faint text-xs">{bot.status}</span>}
        >
          <bdi>{bot.name}</bdi> <span className="font-mono text-faint text-xs">{bot.id}</span>
        </Item>
      ))}
    </Group>
  );
}

const botPath = ({ id }: { id: string }) => `/dashboard/bots/${encodeURIComponent(id)}`;

type BotActionItemsProps = { found: Found; onGo: Go; onAct: Act };

/** Actions on bots: the one that was typed for each bot found, or all of them for the first bot. */
export function BotActionItems({ found: { bots, verb, isNamed }, onGo, onAct }: BotActionItemsProps) {
  const power = usePowerRequest();
  const targets = verb ? bots : isNamed ? bots.slice(0, 1) : [];
  if (targets.length === 0) return null;
  const shown = (one: BotVerb) => !verb || verb === one;
  return (
    <Group heading="Actions on bots">
      {targets.flatMap((bot) => [
        shown("send") ? (
          <Item
            key={`send ${bot.id}`}
            value={`verb send ${bot.id}`}
            icon={<Send />}
            onSelect={() => onGo(`${botPath(bot)}?type=`, `Send a command to ${bot.name}`)}
          >
            Send a command to <bdi>{bot.name}</bdi>
          </Item>
        ) : null,
        shown("logs") ? (
          <Item
            key={`logs ${bot.id}`}
            value={`verb logs ${bot.id}`}
            icon={<ScrollText />}
            onSelect={() => onGo(`${botPath(bot)}?tab=logs`, `Logs of ${bot.name}`)}
          >
            View logs of <bdi>{bot.name}</bdi>
          </Item>
        ) : null,
        shown("restart") ? (
          <Item
            key={`restart ${bot.id}`}
            value={`verb restart ${bot.id}`}
            icon={<RotateCw />}
            disabled={bot.last_active === null}
            onSelect={() => onAct(() => void power.run(bot, "restart").catch(errorToast))}
            aside={bot.last_active === null ? <span className="text-faint text-xs">never connected yet</span> : null}
          >
            Restart <bdi>{bot.name}</bdi>
          </Item>
        ) : null,
      ])}
    </Group>
  );
}

export function CommandItems({ command, onGo }: { command: Found["command"]; onGo: Go }) {
  if (!command) return null;
  return (
    <Group heading="Commands">
      <Item
        value={`command ${command.id}`}
        icon={<SquareTerminal />}
        onSelect={() => onGo(`/dashboard/commands?command=${encodeURIComponent(command.id)}`, command.id)}
        aside={<span className="text-faint text-xs">{command.status}</span>}
      >
        {command.type} <span className="font-mono text-faint text-xs">{command.id}</span>
      </Item>
    </Group>
  );
}

export function TicketItems({ tickets, onGo }: { tickets: Found["tickets"]; onGo: Go }) {
  if (tickets.length === 0) return null;
  return (
    <Group heading="Tickets">
      {tickets.map((ticket) => (
        <Item
          key={ticket.ticket_id}
          value={`ticket ${ticket.ticket_num} ${ticket.subject} ${ticket.ticket_id}`}
          icon={<Ticket />}
          onSelect={() =>
            onGo(
              `/dashboard/tickets?ticket=${encodeURIComponent(ticket.ticket_id)}`,
              `#${ticket.ticket_num} ${ticket.subject}`,
            )
          }
          aside={<span className="text-faint text-xs">{ticket.status}</span>}
        >
          <bdi>{ticket.subject}</bdi> <span className="tnum text-faint text-xs">#{ticket.ticket_num}</span>
        </Item>
      ))}
    </Group>
  );
}

type ActionItemsProps = { onShortcuts: () => void; onGo: Go; onAct: Act };

export function ActionItems({ onShortcuts, onGo, onAct }: ActionItemsProps) {
  const { resolvedTheme, setTheme } = useTheme();
  const isDark = resolvedTheme === "dark";
  return (
    <Group heading="Actions">
      <Item
        value="action create new add bot connect"
        icon={<Plus />}
        onSelect={() => onGo("/dashboard/bots?new=1", "Create bot")}
      >
        Create bot
      </Item>
      <Item
        value="action create new schedule cron repeat command"
        icon={<CalendarClock />}
        onSelect={() => onGo("/dashboard/schedules?new=1", "Create schedule")}
      >
        Create schedule
      </Item>
      <Item
        value="action create new maintenance window silence alerts mute"
        icon={<Wrench />}
        onSelect={() => onGo("/dashboard/alerts?tab=maintenance&new=true", "New maintenance window")}
      >
        New maintenance window
      </Item>
      <Item
        value="action create new status page public uptime badge"
        icon={<Signpost />}
        onSelect={() => onGo("/dashboard/status-pages?new=true", "Create status page")}
      >
        Create status page
      </Item>
      <Item
        value="action create new add webhook integration"
        icon={<Plus />}
        onSelect={() => onGo("/dashboard/webhooks?new=true", "Create webhook")}
      >
        Create webhook
      </Item>
      <Item
        value="action theme dark light mode"
        icon={isDark ? <Sun /> : <Moon />}
        onSelect={() => onAct(() => setTheme(isDark ? "light" : "dark"))}
      >
        Switch to the {isDark ? "light" : "dark"} theme
      </Item>
      <Item value="action keyboard shortcuts help" icon={<Keyboard />} onSelect={() => onAct(onShortcuts)}>
        Keyboard shortcuts
      </Item>
      <Item
        value="action sign out log out"
        icon={<LogOut />}
        onSelect={() => onAct(() => void signOutHere().catch(errorToast))}
      >
        Sign out
      </Item>
    </Group>
  );
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-faint [&_[cmdk-group-heading]]:text-xs"
    >
      {children}
    </Command.Group>
  );
}

type ItemProps = {
  value: string;
  icon: ReactNode;
  aside?: ReactNode;
  disabled?: boolean;
  onSelect: () => void;
  children: ReactNode;
};

function Item({ icon, aside, children, ...item }: ItemProps) {
  return (
    <Command.Item
      {...item}
      className="flex h-9 cursor-pointer items-center gap-2.5 rounded px-2.5 data-[disabled=true]:cursor-default data-[disabled=true]:opacity-60 data-[selected=true]:bg-raised [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-faint"
    >
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {aside}
    </Command.Item>
  );
}

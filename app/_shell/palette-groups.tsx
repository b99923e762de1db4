"use client";
import { Command } from "cmdk";
import { Keyboard, LogOut, Moon, Sun, Ticket } from "lucide-react";
import { useTheme } from "next-themes";
import type { ReactNode } from "react";
import { Light, statusTone } from "@/app/_ui/badge";
import { Kbd } from "@/app/_ui/kbd";
import { errorToast } from "@/app/_ui/toast";
import type { navigationFor } from "./navigation";
import { signOutHere } from "./sign-out";
import type { usePaletteSearch } from "./use-palette-search";

type Found = ReturnType<typeof usePaletteSearch>;
/** Closes the palette and opens an address. */
type Go = (href: string) => void;

export function PageItems({ navigation, onGo }: { navigation: ReturnType<typeof navigationFor>; onGo: Go }) {
  const pages = [...navigation.main.flatMap((group) => group.items), ...navigation.personal];
  return (
    <Group heading="Pages">
      {pages.map((page) => (
        <Item
          key={page.href}
          value={`page ${page.label} ${page.keywords ?? ""}`}
          icon={<page.icon />}
          onSelect={() => onGo(page.href)}
          aside={page.key ? <Kbd>g {page.key}</Kbd> : null}
        >
          {page.label}
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
          onSelect={() => onGo(`/dashboard/bots/${encodeURIComponent(bot.id)}`)}
          aside={<span className="text-faint text-xs">{bot.status}</span>}
        >
          <bdi>{bot.name}</bdi> <span className="font-mono text-faint text-xs">{bot.id}</span>
        </Item>
      ))}
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
          onSelect={() => onGo(`/dashboard/tickets?ticket=${encodeURIComponent(ticket.ticket_id)}`)}
          aside={<span className="text-faint text-xs">{ticket.status}</span>}
        >
          <bdi>{ticket.subject}</bdi> <span className="tnum text-faint text-xs">#{ticket.ticket_num}</span>
        </Item>
      ))}
    </Group>
  );
}

type ActionItemsProps = {
  onShortcuts: () => void;
  /** Closes the palette and then runs the action. */
  onAct: (action: () => void) => void;
};

export function ActionItems({ onShortcuts, onAct }: ActionItemsProps) {
  const { resolvedTheme, setTheme } = useTheme();
  const isDark = resolvedTheme === "dark";
  return (
    <Group heading="Actions">
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
  onSelect: () => void;
  children: ReactNode;
};

function Item({ value, icon, aside, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex h-9 cursor-pointer items-center gap-2.5 rounded px-2.5 data-[selected=true]:bg-raised [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-faint"
    >
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {aside}
    </Command.Item>
  );
}

"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Keyboard, LoaderCircle, LogOut, Moon, Search, Sun, Ticket } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTheme } from "next-themes";
import { Dialog } from "radix-ui";
import { type ReactNode, useEffect, useState } from "react";
import { Light, statusTone } from "@/app/_ui/badge";
import { Kbd } from "@/app/_ui/kbd";
import { errorToast } from "@/app/_ui/toast";
import { listTickets } from "@/generated/calls/community/tickets";
import { listBots } from "@/generated/calls/fleet/bots";
import { request } from "@/lib/client/api";
import { cutText } from "@/lib/core/format/text";
import { leave } from "./leave-guard";
import type { navigationFor } from "./navigation";
import { signOutHere } from "./sign-out";

type PaletteProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  navigation: ReturnType<typeof navigationFor>;
  onShortcuts: () => void;
};

/** Cmd/Ctrl-K: pages and actions are filtered here, bots and tickets are searched on the server. */
export function Palette({ open, onOpenChange, navigation, onShortcuts }: PaletteProps) {
  const router = useRouter();
  const { resolvedTheme, setTheme } = useTheme();
  const [text, setText] = useState("");
  const search = useSettled(text.trim(), 150);
  const bots = useQuery({
    queryKey: ["bots", "palette", search],
    queryFn: ({ signal }) =>
      request(listBots, {
        query: { search: search || undefined, limit: 8, sort: "name" },
        signal,
      }),
    enabled: open,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
  const tickets = useQuery({
    queryKey: ["tickets", "palette", search],
    queryFn: ({ signal }) => request(listTickets, { query: { q: cutText(search, 100, ""), limit: 5 }, signal }),
    enabled: open && search !== "",
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
  const close = () => {
    onOpenChange(false);
    setText("");
  };
  const act = (action: () => void) => () => {
    close();
    action();
  };
  const pages = [...navigation.main.flatMap((group) => group.items), ...navigation.personal];
  const found = bots.data?.bots ?? [];
  const asked = search === "" ? [] : (tickets.data?.tickets ?? []);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => (next ? onOpenChange(true) : close())}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-appear bg-black/45" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[10vh] left-1/2 z-50 w-[calc(100vw-1.5rem)] max-w-xl -translate-x-1/2 animate-appear overflow-hidden rounded-md border border-line bg-panel shadow-pop"
        >
          <Dialog.Title className="sr-only">Search</Dialog.Title>
          <Command label="Search bots, tickets, pages and actions" loop filter={score}>
            <div className="flex items-center gap-2.5 border-line border-b px-4">
              <Search className="size-4 shrink-0 text-faint" aria-hidden />
              <Command.Input
                value={text}
                onValueChange={setText}
                placeholder="Search bots, tickets, pages and actions…"
                className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-faint sm:text-sm"
              />
              {bots.isFetching || tickets.isFetching ? (
                <LoaderCircle className="size-4 animate-spin text-faint" aria-hidden />
              ) : null}
            </div>
            <Command.List className="max-h-[min(26rem,60vh)] overflow-y-auto p-1.5">
              <Command.Empty className="px-3 py-8 text-center text-muted">
                {bots.isError
                  ? "Search failed because the server did not respond. Try again."
                  : `No results for “${text}”.`}
              </Command.Empty>
              <Group heading="Pages">
                {pages.map((page) => (
                  <Item
                    key={page.href}
                    value={`page ${page.label} ${page.keywords ?? ""}`}
                    icon={<page.icon />}
                    onSelect={act(() => leave(() => router.push(page.href)))}
                    aside={page.key ? <Kbd>g {page.key}</Kbd> : null}
                  >
                    {page.label}
                  </Item>
                ))}
              </Group>
              {found.length > 0 ? (
                <Group heading="Bots">
                  {found.map((bot) => (
                    <Item
                      key={bot.id}
                      value={`bot ${bot.name} ${bot.id}`}
                      icon={
                        <span className="grid w-4 place-items-center">
                          <Light tone={statusTone(bot.status)} />
                        </span>
                      }
                      onSelect={act(() => leave(() => router.push(`/dashboard/bots/${encodeURIComponent(bot.id)}`)))}
                      aside={<span className="text-faint text-xs">{bot.status}</span>}
                    >
                      <bdi>{bot.name}</bdi> <span className="font-mono text-faint text-xs">{bot.id}</span>
                    </Item>
                  ))}
                </Group>
              ) : null}
              {asked.length > 0 ? (
                <Group heading="Tickets">
                  {asked.map((ticket) => (
                    <Item
                      key={ticket.ticket_id}
                      value={`ticket ${ticket.ticket_num} ${ticket.subject} ${ticket.ticket_id}`}
                      icon={<Ticket />}
                      onSelect={act(() =>
                        leave(() => router.push(`/dashboard/tickets?ticket=${encodeURIComponent(ticket.ticket_id)}`)),
                      )}
                      aside={<span className="text-faint text-xs">{ticket.status}</span>}
                    >
                      <bdi>{ticket.subject}</bdi> <span className="tnum text-faint text-xs">#{ticket.ticket_num}</span>
                    </Item>
                  ))}
                </Group>
              ) : null}
              <Group heading="Actions">
                <Item
                  value="action theme dark light mode"
                  icon={resolvedTheme === "dark" ? <Sun /> : <Moon />}
                  onSelect={act(() => setTheme(resolvedTheme === "dark" ? "light" : "dark"))}
                >
                  Switch to the {resolvedTheme === "dark" ? "light" : "dark"} theme
                </Item>
                <Item value="action keyboard shortcuts help" icon={<Keyboard />} onSelect={act(onShortcuts)}>
                  Keyboard shortcuts
                </Item>
                <Item
                  value="action sign out log out"
                  icon={<LogOut />}
                  onSelect={act(() => void signOutHere().catch(errorToast))}
                >
                  Sign out
                </Item>
              </Group>
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/**
 * How well an item fits, 0..1. Bots and tickets were matched by the server, on more than is shown here: they stay.
 * Of pages and actions every typed word must begin one of their words; a page called just that comes first.
 */
function score(value: string, search: string): number {
  const [kind, ...keywords] = value.toLowerCase().split(/\s+/);
  if (kind === "bot" || kind === "ticket") return 0.8;
  const typed = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (!typed.every((part) => keywords.some((word) => word.startsWith(part)))) return 0;
  return keywords[0]?.startsWith(typed[0] ?? "") ? 1 : 0.5;
}

/** The value once it has stood still for `ms`. */
function useSettled(value: string, ms: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
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

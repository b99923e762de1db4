"use client";
import { Command } from "cmdk";
import { LoaderCircle, Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { Dialog } from "radix-ui";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { leave } from "./leave";
import type { NavGroup } from "./navigation";
import {
  ActionItems,
  BotActionItems,
  BotItems,
  CommandItems,
  PageItems,
  RecentItems,
  TicketItems,
  ViewItems,
} from "./palette-groups";
import { readAsk } from "./palette-verbs";
import { readRecents, rememberRecent } from "./recents";
import { usePaletteSearch } from "./use-palette-search";

type PaletteProps = {
  userId: number;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  navigation: NavGroup[];
  onShortcuts: () => void;
};

/**
 * The command palette (Cmd/Ctrl-K). Pages and actions are filtered in the browser; bots and tickets are searched on the
 * server. A search that begins with an action, such as "restart", offers it for each bot that is found.
 */
export function Palette({ userId, open, onOpenChange, navigation, onShortcuts }: PaletteProps) {
  const router = useRouter();
  const [text, setText] = useState("");
  const found = usePaletteSearch(text, open);
  const selection = useFirstSelected(text, found.results);
  const close = () => {
    onOpenChange(false);
    setText("");
  };
  const act = (action: () => void) => {
    close();
    action();
  };
  const go = (href: string, label: string) =>
    act(() => {
      rememberRecent(userId, { href, label });
      leave(() => router.push(href));
    });
  return (
    <Dialog.Root open={open} onOpenChange={(next) => (next ? onOpenChange(true) : close())}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-appear bg-black/45" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[10vh] left-1/2 z-50 w-[calc(100vw-1.5rem)] max-w-xl -translate-x-1/2 animate-appear overflow-hidden rounded-md border border-line bg-panel shadow-pop"
        >
          <Dialog.Title className="sr-only">Search</Dialog.Title>
          <Command label="Search bots, tickets, pages and actions" loop filter={score} {...selection}>
            <div className="flex items-center gap-2.5 border-line border-b px-4">
              <Search className="size-4 shrink-0 text-faint" aria-hidden />
              <Command.Input
                value={text}
                onValueChange={setText}
                placeholder="Search, or type “restart”, “send to”, “logs of”…"
                className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-faint sm:text-sm"
              />
              {found.isFetching ? <LoaderCircle className="size-4 animate-spin text-faint" aria-hidden /> : null}
            </div>
            <Command.List className="max-h-[min(26rem,60vh)] overflow-y-auto p-1.5">
              <Command.Empty className="px-3 py-8 text-center text-muted">
                {found.isError
                  ? "Search failed because the server did not respond. Try again."
                  : `No results for “${text}”.`}
              </Command.Empty>
              {text === "" && open ? <RecentItems recents={readRecents(userId)} onGo={go} /> : null}
              <PageItems navigation={navigation} onGo={go} />
              <ViewItems onGo={go} />
              <CommandItems command={found.command} onGo={go} />
              {found.verb ? null : <BotItems bots={found.bots} onGo={go} />}
              <BotActionItems found={found} onGo={go} onAct={act} />
              <TicketItems tickets={found.tickets} onGo={go} />
              <ActionItems onShortcuts={onShortcuts} onGo={go} onAct={act} />
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/**
 * Selects the first item when results arrive, which cmdk does for typed text only. It stops once the person has moved the
 * selection, until more is typed.
 */
function useFirstSelected(text: string, results: unknown) {
  const list = useRef<HTMLDivElement>(null);
  const [value, setValue] = useState("");
  const [movedAt, setMovedAt] = useState<string>();
  const hasMoved = movedAt === text;
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the results, which it reads from the page
  useEffect(() => {
    if (hasMoved) return;
    // By the next frame, cmdk has sorted the items.
    const frame = requestAnimationFrame(() => {
      const first = list.current?.querySelector('[cmdk-item]:not([aria-disabled="true"])');
      setValue(first?.getAttribute("data-value") ?? "");
    });
    return () => cancelAnimationFrame(frame);
  }, [text, results, hasMoved]);
  const move = () => setMovedAt(text);
  return {
    ref: list,
    value,
    onValueChange: setValue,
    onPointerMove: move,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key.startsWith("Arrow")) move();
    },
  };
}

/** Scores of items that the server or this browser found. They always match, because the matching text may not be shown. */
const FOUND: Record<string, number> = { verb: 0.9, command: 0.9, bot: 0.8, ticket: 0.8, recent: 1 };

/**
 * Rates how well an item matches, 0 to 1. A bot comes before its actions, unless one of them was typed. For pages and actions,
 * every typed word must begin one of their words; an exact title comes first.
 */
function score(value: string, search: string): number {
  const [kind = "", ...keywords] = value.toLowerCase().split(/\s+/);
  if (kind === "verb" && !readAsk(search).verb) return 0.7;
  const found = FOUND[kind];
  if (found !== undefined) return found;
  const typed = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (!typed.every((part) => keywords.some((word) => word.startsWith(part)))) return 0;
  return keywords[0]?.startsWith(typed[0] ?? "") ? 1 : 0.5;
}

"use client";
import { Search } from "lucide-react";
import { type KeyboardEvent, type RefObject, useId, useRef, useState } from "react";
import { Input } from "@/app/_ui/input";
import { countText } from "@/lib/core/format/units";
import { useBotSearch } from "@/lib/fleet/bots/queries.search";
import type { Log } from "@/lib/fleet/telemetry/contract";
import type { Problem } from "@/lib/fleet/telemetry/queries.search";
import { ListOption } from "../_shared/list-option";
import { NOTHING_SEEN, seenIn, withSeen } from "./seen";
import { botSuggestions, type Suggestion, type Suggestions, suggestionsAt, withSuggestion } from "./suggest";

type QueryFieldProps = {
  ref: RefObject<HTMLInputElement | null>;
  text: string;
  onText: (text: string) => void;
  problems: readonly Problem[];
  /** The id of the text that names the problems. */
  noteId: string;
  lines: readonly Log[];
  isOneBot: boolean;
};

/** The query of the log viewer. Marks what is wrong where it is, and suggests how to go on. */
export function QueryField({ ref, text, onText, problems, noteId, lines, isOneBot }: QueryFieldProps) {
  const id = useId();
  const [scrolled, setScrolled] = useState(0);
  const { found, marked, note, ...list } = useSuggestions({ ref, text, onText, lines, isOneBot });
  return (
    <div className="relative min-w-48 flex-1">
      <Search
        className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-2.5 size-4 text-faint"
        aria-hidden
      />
      <Input
        ref={ref}
        role="combobox"
        type="search"
        aria-label="Filter logs"
        aria-invalid={problems.length > 0}
        aria-describedby={noteId}
        aria-expanded={found !== undefined}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={found && marked >= 0 ? `${id}-${marked}` : undefined}
        placeholder={isOneBot ? "text  level:error  guild:42" : "text  level:error  bot:name  guild:42"}
        className="pr-2.5 pl-8 font-mono text-[13px]"
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        value={text}
        onScroll={(event) => setScrolled(event.currentTarget.scrollLeft)}
        onChange={(event) => list.type(event.target.value, event.target.selectionStart)}
        onKeyDown={list.onKey}
        onBlur={list.close}
      />
      <ProblemMarks text={text} problems={problems} scrolled={scrolled} />
      {found ? (
        <div className="absolute top-full left-0 z-20 mt-1 w-80 max-w-full rounded-md border border-line bg-panel p-1 shadow-pop">
          <div id={`${id}-list`} role="listbox" aria-label="Suggestions">
            {found.items.map((item, place) => (
              <ListOption
                key={item.text}
                id={`${id}-${place}`}
                isMarked={place === marked}
                onPick={() => list.choose(item)}
                className="flex items-baseline gap-3 py-1 font-mono text-[13px]"
              >
                <span className="min-w-0 truncate">{item.text}</span>
                <span className="ml-auto shrink-0 text-faint text-xs">{item.note}</span>
              </ListOption>
            ))}
          </div>
          <p role="status" className="px-2 py-1 text-faint text-xs empty:hidden">
            {note}
          </p>
        </div>
      ) : null}
    </div>
  );
}

type ListOptions = Pick<QueryFieldProps, "ref" | "text" | "onText" | "lines" | "isOneBot">;

/** The list below the field. No entry is marked at first, so that Enter and Tab keep their meaning. */
function useSuggestions({ ref, text, onText, lines, isOneBot }: ListOptions) {
  const [shown, setShown] = useState<Suggestions>();
  const [marked, setMarked] = useState(-1);
  const seen = useRef(NOTHING_SEEN);
  const wanted = shown?.bot;
  const search = useBotSearch(wanted ?? "", { enabled: wanted !== undefined, limit: 8 });
  const items = wanted === undefined ? (shown?.items ?? []) : botSuggestions(search.data?.bots ?? []);
  const show = (next: string, cursor: number, isAsked: boolean) => {
    setMarked(-1);
    // The list of lines is empty while the text is the beginning of a key, so keep what was seen before.
    seen.current = withSeen(seen.current, seenIn(lines));
    setShown(suggestionsAt(next, cursor, seen.current, { isOneBot, isAsked }));
  };
  const close = () => setShown(undefined);
  const choose = (item: Suggestion) => {
    if (!shown) return;
    const next = withSuggestion(text, shown, item);
    onText(next.text);
    show(next.text, next.cursor, false);
    // The field has the new text only after this frame.
    requestAnimationFrame(() => ref.current?.setSelectionRange(next.cursor, next.cursor));
  };
  const onKey = (event: KeyboardEvent<HTMLInputElement>) => {
    const { selectionStart } = event.currentTarget;
    const isOpen = shown !== undefined && items.length > 0;
    if (event.key === "Escape") {
      // A list that is open is closed first; the browser would clear the field.
      if (isOpen) event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) return show(text, selectionStart ?? text.length, true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      setMarked((marked + step + items.length + (marked < 0 && step < 0 ? 1 : 0)) % items.length);
    } else if ((event.key === "Enter" || event.key === "Tab") && isOpen && items[marked]) {
      event.preventDefault();
      choose(items[marked]);
    }
  };
  return {
    found: shown && items.length > 0 ? { ...shown, items } : undefined,
    marked,
    note: countText(items.length, "suggestion"),
    type: (next: string, cursor: number | null) => {
      onText(next);
      show(next, cursor ?? next.length, false);
    },
    ...{ choose, close, onKey },
  };
}

/** Underlines the parts of the text that cannot be read. It lies over the field, and nothing of it but the lines is seen. */
function ProblemMarks({ text, problems, scrolled }: { text: string; problems: readonly Problem[]; scrolled: number }) {
  if (problems.length === 0) return null;
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute inset-y-0 right-2.5 left-8 flex items-center overflow-hidden whitespace-pre border-transparent border-x font-mono text-[13px] text-transparent"
    >
      <span style={{ transform: `translateX(${-scrolled}px)` }}>
        {problems
          .toSorted((a, b) => a.from - b.from)
          .map(({ from, to }, place, sorted) => (
            <span key={`${from}-${to}`}>
              {text.slice(sorted[place - 1]?.to ?? 0, from)}
              <span className="underline decoration-2 decoration-bad decoration-wavy underline-offset-4">
                {text.slice(from, to)}
              </span>
            </span>
          ))}
      </span>
    </div>
  );
}

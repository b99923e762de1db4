"use client";
import { Lock, Paperclip, Reply, SendHorizontal } from "lucide-react";
import { type RefObject, useEffect, useId, useImperativeHandle, useRef, useState } from "react";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { toast } from "@/app/_ui/toast";
import type { Ticket } from "@/lib/community/tickets/contract";
import { ATTACHMENTS_PER_MESSAGE, MESSAGE_MAX } from "@/lib/community/tickets/contract.constants";
import type { useFiles, useOutbox } from "@/lib/community/tickets/conversation/queries.outbox";
import type { CannedReply } from "@/lib/community/tickets/desk/contract";
import { useCannedReplies } from "@/lib/community/tickets/queries";
import { useSayTyping } from "@/lib/community/tickets/queries.live";
import { PendingFiles } from "./attachments";
import { filled, matching, slashAt } from "./canned";
import type { Drafts } from "./drafts";
import type { Reader } from "./labels";

export type ComposerHandle = { focus: (note: boolean) => void; insert: (reply: CannedReply) => void };

type ComposerProps = {
  ref: RefObject<ComposerHandle | null>;
  ticket: Ticket;
  reader: Reader;
  drafts: Drafts;
  onDraft: () => void;
  files: ReturnType<typeof useFiles>;
  accept: readonly string[];
  onSend: ReturnType<typeof useOutbox>["send"];
};

/** From here on the number of characters is shown. */
const COUNT_FROM = MESSAGE_MAX * 0.8;

/** Where a reply or a private note is written. Enter sends, Shift-Enter breaks the line; on phones Enter breaks it too. */
export function Composer({ ref, ticket, reader, drafts, onDraft, files, accept, onSend }: ComposerProps) {
  const [{ text, note }, setDraft] = useState(() => drafts.get(ticket.ticket_id));
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const sayTyping = useSayTyping(ticket.ticket_id);
  const isNote = note && reader.staff;
  const length = text.trim().length;
  const uploading = files.files.some((one) => !one.attachment && !one.error);
  const broken = files.files.some((one) => one.error);
  const why =
    length > MESSAGE_MAX
      ? `At most ${MESSAGE_MAX.toLocaleString("en")} characters`
      : uploading
        ? "Wait until all files are uploaded"
        : broken
          ? "Remove or retry the failed files"
          : length === 0 && files.files.length === 0
            ? "Write a message first"
            : null;

  const change = (next: { text?: string; note?: boolean }) => {
    const draft = { text, note, ...next };
    setDraft(draft);
    const known = drafts.get(ticket.ticket_id).text !== "";
    drafts.set(ticket.ticket_id, draft);
    if (known !== (draft.text !== "")) onDraft();
    sayTyping(draft.text.trim() !== "", draft.note && reader.staff);
  };
  const replace = (from: number, to: number, inserted: string) => {
    change({ text: text.slice(0, from) + inserted + text.slice(to) });
    const caret = from + inserted.length;
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(caret, caret);
    });
  };
  const canned = useCanned(reader.staff, text, area, (from, to, reply) =>
    replace(from, to, filled(reply.content, ticket, reader.username)),
  );
  useImperativeHandle(ref, () => ({
    focus: (asNote) => {
      if (asNote !== note) change({ note: asNote });
      area.current?.focus();
    },
    insert: (reply) => {
      const at = area.current?.selectionStart ?? text.length;
      replace(at, area.current?.selectionEnd ?? at, filled(reply.content, ticket, reader.username));
    },
  }));
  // Whoever leaves has stopped typing.
  useEffect(() => () => sayTyping(false, false), [sayTyping]);

  const send = () => {
    if (why) return;
    onSend(
      text.trim(),
      isNote,
      files.files.flatMap((one) => one.attachment ?? []),
    );
    files.forget(files.files.map((one) => one.key));
    change({ text: "" });
    area.current?.focus();
  };
  const add = (chosen: FileList | null) => {
    if (!chosen?.length) return;
    const left = files.add([...chosen]);
    if (left > 0)
      toast.error(
        `${left} ${left === 1 ? "file was" : "files were"} not added: a message can carry at most ${ATTACHMENTS_PER_MESSAGE}`,
      );
  };

  return (
    <section
      aria-label={isNote ? "Private note" : "Reply"}
      className={cn("relative border-line border-t", isNote ? "bg-warn-soft" : "bg-panel")}
    >
      {canned.list}
      {reader.staff ? (
        <div className="flex gap-1 px-3 pt-2">
          <Toggle on={!isNote} onClick={() => change({ note: false })}>
            <Reply className="size-3.5" aria-hidden /> Reply
          </Toggle>
          <Toggle on={isNote} onClick={() => change({ note: true })}>
            <Lock className="size-3.5" aria-hidden /> Private note
          </Toggle>
        </div>
      ) : null}
      <PendingFiles
        files={files.files}
        onRemove={files.remove}
        onRetry={(one) => {
          files.remove(one);
          files.add([one.file]);
        }}
      />
      <div className="flex items-end gap-1.5 p-2">
        <input
          ref={picker}
          type="file"
          multiple
          accept={accept.join()}
          className="hidden"
          aria-label="Files to attach"
          onChange={(event) => {
            add(event.target.files);
            // The same file may be chosen again.
            event.target.value = "";
          }}
        />
        <Button
          variant="ghost"
          icon
          aria-label="Attach files"
          title="Attach files"
          onClick={() => picker.current?.click()}
        >
          <Paperclip />
        </Button>
        <textarea
          ref={area}
          rows={1}
          aria-label={isNote ? "Private note" : "Message"}
          placeholder={
            isNote
              ? "Only staff will see this note"
              : reader.staff
                ? "Write a reply, or type / for a canned reply"
                : "Write a message"
          }
          value={text}
          className="field-sizing-content max-h-48 min-h-9 min-w-0 flex-1 resize-none rounded-md bg-transparent px-2 py-2 text-base placeholder:text-faint sm:text-sm"
          {...canned.props}
          onChange={(event) => change({ text: event.target.value })}
          onBlur={() => sayTyping(false, isNote)}
          onPaste={(event) => {
            if (event.clipboardData.files.length === 0) return;
            event.preventDefault();
            add(event.clipboardData.files);
          }}
          onKeyDown={(event) => {
            if (canned.onKey(event)) return;
            // Back to the keys of the page.
            if (event.key === "Escape") return area.current?.blur();
            if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
            const plain = !event.shiftKey && !event.altKey && !window.matchMedia("(pointer: coarse)").matches;
            if (!plain && !event.ctrlKey && !event.metaKey) return;
            event.preventDefault();
            send();
          }}
        />
        <Button
          variant="primary"
          disabled={why !== null}
          title={why ?? (isNote ? "Add note" : "Send (Enter)")}
          onClick={send}
          className="max-sm:px-2.5"
        >
          <SendHorizontal aria-hidden />
          <span className="max-sm:sr-only">{isNote ? "Add note" : "Send"}</span>
        </Button>
      </div>
      {length > COUNT_FROM ? (
        <p
          role="status"
          className={cn("tnum px-3 pb-1.5 text-right text-xs", length > MESSAGE_MAX ? "text-bad" : "text-faint")}
        >
          {length.toLocaleString("en")} of {MESSAGE_MAX.toLocaleString("en")} characters
        </p>
      ) : null}
    </section>
  );
}

function Toggle({ on, onClick, children }: { on: boolean; onClick: () => void; children: React.ReactNode }) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={onClick}
      className={cn(
        "inline-flex h-7 items-center gap-1.5 rounded-md px-2 text-[13px]",
        on ? "bg-raised font-medium text-text" : "text-muted hover:text-text",
      )}
    >
      {children}
    </button>
  );
}

/** The list that opens after a slash: arrows choose, Enter or Tab takes, Escape closes. */
function useCanned(
  staff: boolean,
  text: string,
  area: RefObject<HTMLTextAreaElement | null>,
  onPick: (from: number, to: number, reply: CannedReply) => void,
) {
  const id = useId();
  const [closedAt, setClosedAt] = useState("");
  const [chosen, setChosen] = useState(0);
  const caret = area.current?.selectionStart ?? text.length;
  const slash = staff && text.includes("/") ? slashAt(text, Math.min(caret, text.length)) : null;
  const { data } = useCannedReplies(staff);
  const found = slash && closedAt !== text ? matching(data?.replies ?? [], slash.word) : [];
  const at = Math.min(chosen, found.length - 1);
  const pick = (reply: CannedReply) => {
    if (slash) onPick(slash.from, slash.from + 1 + slash.word.length, reply);
    setChosen(0);
  };
  return {
    props: {
      "aria-autocomplete": staff ? ("list" as const) : undefined,
      "aria-controls": found.length > 0 ? id : undefined,
      "aria-activedescendant": found.length > 0 ? `${id}-${at}` : undefined,
    },
    /** True when the key was meant for the list. */
    onKey: (event: React.KeyboardEvent): boolean => {
      if (found.length === 0) return false;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        setChosen((at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length);
      } else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") pick(found[at]!);
      else if (event.key === "Escape") setClosedAt(text);
      else return false;
      event.preventDefault();
      return true;
    },
    list:
      found.length > 0 ? (
        <div
          id={id}
          role="listbox"
          aria-label="Canned replies"
          className="absolute bottom-full left-2 z-10 mb-1 max-h-72 w-[min(28rem,calc(100%-1rem))] overflow-y-auto rounded-md border border-line bg-panel p-1 shadow-pop"
        >
          {found.map((reply, index) => (
            <div
              key={reply.reply_id}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              // Before the textarea loses the focus.
              onMouseDown={(event) => {
                event.preventDefault();
                pick(reply);
              }}
              className={cn("cursor-pointer rounded px-2 py-1.5", index === at && "bg-raised")}
            >
              <p className="flex items-baseline gap-2 text-sm">
                <span className="font-mono text-[13px] text-accent">/{reply.shortcut}</span>
                <span className="min-w-0 truncate font-medium">{reply.title}</span>
              </p>
              <p className="truncate text-[13px] text-muted">{reply.content}</p>
            </div>
          ))}
        </div>
      ) : null,
  };
}

"use client";
import { Lock, Reply, SendHorizontal } from "lucide-react";
import { type KeyboardEvent, type ReactNode, type RefObject, useImperativeHandle, useRef } from "react";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import type { Ticket } from "@/lib/community/tickets/contract";
import { MESSAGE_MAX } from "@/lib/community/tickets/contract.constants";
import type { useFiles, useOutbox } from "@/lib/community/tickets/conversation/queries.outbox";
import type { CannedReply } from "@/lib/community/tickets/desk/contract";
import { addFiles } from "./add-files";
import { AttachButton } from "./attach-button";
import { PendingFiles } from "./attachments";
import { filled } from "./canned";
import type { Drafts } from "./drafts";
import type { Reader } from "./labels";
import { useCanned } from "./use-canned";
import { useDraft } from "./use-draft";

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

/** The number of characters is shown from this length on. */
const COUNT_FROM = MESSAGE_MAX * 0.8;

/** Returns why the message cannot be sent yet; null when it can. */
function obstacleOf(length: number, files: ComposerProps["files"]["files"]): string | null {
  if (length > MESSAGE_MAX) return `At most ${MESSAGE_MAX.toLocaleString("en")} characters`;
  if (files.some((one) => !one.attachment && !one.error)) return "Wait until all files are uploaded";
  if (files.some((one) => one.error)) return "Remove or retry the failed files";
  return length === 0 && files.length === 0 ? "Write a message first" : null;
}

/** The editor of a reply or a private note. Enter sends, Shift-Enter breaks the line; on phones Enter breaks it too. */
export function Composer({ ref, ticket, reader, drafts, onDraft, files, accept, onSend }: ComposerProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const draft = useDraft({ ticketId: ticket.ticket_id, staff: reader.staff, drafts, onDraft, area });
  const { text, isNote, change } = draft;
  const obstacle = obstacleOf(text.trim().length, files.files);
  const insert = (from: number, to: number, reply: CannedReply) =>
    draft.replace(from, to, filled(reply.content, ticket, reader.username));
  const canned = useCanned(reader.hasCanned, text, area, insert);
  useImperativeHandle(ref, () => ({
    focus: (asNote) => {
      if (asNote !== draft.note) change({ note: asNote });
      area.current?.focus();
    },
    insert: (reply) => {
      const at = area.current?.selectionStart ?? text.length;
      insert(at, area.current?.selectionEnd ?? at, reply);
    },
  }));
  const send = () => {
    if (obstacle) return;
    onSend(
      text.trim(),
      isNote,
      files.files.flatMap((one) => one.attachment ?? []),
    );
    files.forget(files.files.map((one) => one.key));
    change({ text: "" });
    area.current?.focus();
  };
  return (
    <section
      aria-label={isNote ? "Private note" : "Reply"}
      className={cn("relative border-line border-t", isNote ? "bg-warn-soft" : "bg-panel")}
    >
      {canned.list}
      {reader.staff ? <Audience isNote={isNote} onNote={(note) => change({ note })} /> : null}
      <PendingFiles
        files={files.files}
        onRemove={files.remove}
        onRetry={(one) => {
          files.remove(one);
          files.add([one.file]);
        }}
      />
      <div className="flex items-end gap-1.5 p-2">
        <AttachButton accept={accept} onFiles={(chosen) => addFiles(files, chosen)} />
        <MessageInput
          area={area}
          isNote={isNote}
          hasCanned={reader.hasCanned}
          text={text}
          onText={(next) => change({ text: next })}
          onLeave={draft.stopTyping}
          onFiles={(chosen) => addFiles(files, chosen)}
          onSend={send}
          canned={canned}
        />
        <SendButton isNote={isNote} obstacle={obstacle} onSend={send} />
      </div>
      <Count length={text.trim().length} />
    </section>
  );
}

/** Whether the requester sees what is written. */
function Audience({ isNote, onNote }: { isNote: boolean; onNote: (note: boolean) => void }) {
  return (
    <div className="flex gap-1 px-3 pt-2">
      <Toggle on={!isNote} onClick={() => onNote(false)}>
        <Reply className="size-3.5" aria-hidden /> Reply
      </Toggle>
      <Toggle on={isNote} onClick={() => onNote(true)}>
        <Lock className="size-3.5" aria-hidden /> Private note
      </Toggle>
    </div>
  );
}

function Toggle({ on, onClick, children }: { on: boolean; onClick: () => void; children: ReactNode }) {
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

type MessageInputProps = {
  area: RefObject<HTMLTextAreaElement | null>;
  isNote: boolean;
  hasCanned: boolean;
  text: string;
  onText: (text: string) => void;
  onLeave: () => void;
  onFiles: (files: File[]) => void;
  onSend: () => void;
  canned: Pick<ReturnType<typeof useCanned>, "props" | "onKey">;
};

function MessageInput({ area, isNote, hasCanned, text, onText, onLeave, onFiles, onSend, canned }: MessageInputProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (canned.onKey(event)) return;
    // Blur the field, so that the page's keyboard shortcuts work again.
    if (event.key === "Escape") return area.current?.blur();
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    const plain = !event.shiftKey && !event.altKey && !window.matchMedia("(pointer: coarse)").matches;
    if (!plain && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    onSend();
  };
  const placeholder = hasCanned ? "Write a reply, or type / for a canned reply" : "Write a message";
  return (
    <textarea
      ref={area}
      rows={1}
      aria-label={isNote ? "Private note" : "Message"}
      placeholder={isNote ? "The requester will not see this note" : placeholder}
      value={text}
      className="field-sizing-content max-h-48 min-h-9 min-w-0 flex-1 resize-none rounded-md bg-transparent px-2 py-2 text-base placeholder:text-faint sm:text-sm"
      {...canned.props}
      onChange={(event) => onText(event.target.value)}
      onBlur={onLeave}
      onPaste={(event) => {
        if (event.clipboardData.files.length === 0) return;
        event.preventDefault();
        onFiles([...event.clipboardData.files]);
      }}
      onKeyDown={onKeyDown}
    />
  );
}

type SendButtonProps = { isNote: boolean; obstacle: string | null; onSend: () => void };

function SendButton({ isNote, obstacle, onSend }: SendButtonProps) {
  return (
    <Button
      variant="primary"
      disabled={obstacle !== null}
      title={obstacle ?? (isNote ? "Add note" : "Send (Enter)")}
      onClick={onSend}
      className="max-sm:px-2.5"
    >
      <SendHorizontal aria-hidden />
      <span className="max-sm:sr-only">{isNote ? "Add note" : "Send"}</span>
    </Button>
  );
}

/** The number of characters, once it comes near the limit. */
function Count({ length }: { length: number }) {
  if (length <= COUNT_FROM) return null;
  return (
    <p
      role="status"
      className={cn("tnum px-3 pb-1.5 text-right text-xs", length > MESSAGE_MAX ? "text-bad" : "text-faint")}
    >
      {length.toLocaleString("en")} of {MESSAGE_MAX.toLocaleString("en")} characters
    </p>
  );
}

"use client";
import { MessageSquareQuote } from "lucide-react";
import { Button } from "@/app/_ui/button";
import type { CannedReply } from "@/lib/community/tickets/desk/contract";
import { useCannedReplies } from "@/lib/community/tickets/queries";
import { Heading } from "./context-line";

type CannedRepliesProps = { onInsert: ((reply: CannedReply) => void) | null; onManage: () => void };

/** Canned replies to insert with a click. `onInsert` is null while the reader cannot write. */
export function CannedReplies({ onInsert, onManage }: CannedRepliesProps) {
  const { data } = useCannedReplies(true);
  const replies = data?.replies ?? [];
  return (
    <section aria-label="Canned replies">
      <Heading
        aside={
          <Button size="sm" variant="ghost" onClick={onManage}>
            Manage
          </Button>
        }
      >
        Canned replies
      </Heading>
      {data && replies.length === 0 ? (
        <p className="flex gap-1.5 text-[13px] text-faint">
          <MessageSquareQuote className="mt-0.5 size-4 shrink-0" aria-hidden /> No canned replies yet. Save an answer
          you give often, then insert it by typing / in a reply.
        </p>
      ) : (
        <ul className="flex flex-wrap gap-1">
          {replies.slice(0, 12).map((reply) => (
            <li key={reply.reply_id}>
              <button
                type="button"
                title={reply.content}
                disabled={!onInsert}
                onClick={() => onInsert?.(reply)}
                className="h-6 rounded-md border border-line px-1.5 font-mono text-[13px] text-muted hover:bg-raised hover:text-text disabled:opacity-50"
              >
                /{reply.shortcut}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

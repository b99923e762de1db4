"use client";
import { PenLine, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { EmptyState } from "@/app/_ui/empty-state";
import { Field, Input, Textarea } from "@/app/_ui/input";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { errorToast, toast } from "@/app/_ui/toast";
import type { CannedReply } from "@/lib/community/tickets/desk/contract";
import { useCannedReplies, useDeleteCannedReply, useSaveCannedReply } from "@/lib/community/tickets/queries";

/** Lists, creates, edits and deletes canned replies. */
export default function CannedDialog({ onClose }: { onClose: () => void }) {
  const list = useCannedReplies(true);
  const [editing, setEditing] = useState<CannedReply | "new" | null>(null);
  const current = list.data?.replies.find((reply) => editing !== "new" && reply.reply_id === editing?.reply_id);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Canned replies"
      description="Type / and a shortcut in a reply to insert a canned reply. Muster replaces {user}, {me} and {number}."
      className="max-w-2xl"
    >
      {editing ? (
        <CannedForm reply={editing === "new" ? null : (current ?? editing)} onDone={() => setEditing(null)} />
      ) : (
        <QueryState
          query={list}
          data={list.data?.replies}
          failure="Canned replies could not be loaded"
          loading={<SkeletonRows rows={5} columns={3} />}
          empty={
            <EmptyState
              title="No canned replies yet"
              description="Save an answer you give often. All staff can use it."
              action={
                <Button variant="primary" onClick={() => setEditing("new")}>
                  <Plus aria-hidden /> New canned reply
                </Button>
              }
            />
          }
        >
          {(replies) => (
            <>
              <ul aria-label="Canned replies" className="rounded-md border border-line">
                {replies.map((reply) => (
                  <CannedRow key={reply.reply_id} reply={reply} onEdit={() => setEditing(reply)} />
                ))}
              </ul>
              <Button className="mt-3" onClick={() => setEditing("new")}>
                <Plus aria-hidden /> New canned reply
              </Button>
            </>
          )}
        </QueryState>
      )}
    </Dialog>
  );
}

function CannedRow({ reply, onEdit }: { reply: CannedReply; onEdit: () => void }) {
  const remove = useDeleteCannedReply();
  const save = useSaveCannedReply();
  const { shortcut, title, content } = reply;
  return (
    <li className="flex items-center gap-2 border-line border-b px-3 py-2 last:border-b-0">
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-2 text-sm">
          <span className="font-mono text-[13px] text-accent">/{shortcut}</span>
          <span className="min-w-0 truncate font-medium">{title}</span>
        </p>
        <p className="truncate text-[13px] text-muted">{content}</p>
      </div>
      <Button variant="ghost" size="sm" icon aria-label={`Edit /${shortcut}`} onClick={onEdit}>
        <PenLine />
      </Button>
      <Button
        variant="ghost"
        size="sm"
        icon
        aria-label={`Delete /${shortcut}`}
        loading={remove.isPending}
        onClick={() =>
          remove.mutate(reply.reply_id, {
            onError: (error) => errorToast(error),
            onSuccess: () =>
              toast(`/${shortcut} deleted`, {
                action: {
                  label: "Undo",
                  onClick: () =>
                    save.mutate({ body: { shortcut, title, content } }, { onError: (error) => errorToast(error) }),
                },
              }),
          })
        }
      >
        <Trash2 />
      </Button>
    </li>
  );
}

function CannedForm({ reply, onDone }: { reply: CannedReply | null; onDone: () => void }) {
  const save = useSaveCannedReply();
  const { field, formProps, errorOf, busy, problem, waitSeconds, dialog } = useContractForm(
    () => import("@/lib/community/tickets/desk/contract").then((one) => one.createCannedReply.body),
    { shortcut: reply?.shortcut ?? "", title: reply?.title ?? "", content: reply?.content ?? "" },
    async (body, version) => {
      await save.mutateAsync({ reply_id: reply?.reply_id, body, version });
      toast(`/${body.shortcut} saved`);
      onDone();
    },
    reply
      ? {
          ...{ version: reply.version, what: "The canned reply" },
          labels: { shortcut: "Shortcut", title: "Title", content: "Text" },
        }
      : undefined,
  );
  return (
    <form {...formProps} className="space-y-3">
      <div className="grid gap-3 sm:grid-cols-[10rem_1fr]">
        <Field label="Shortcut" error={errorOf("shortcut")} hint="Typed after the slash">
          <Input {...field("shortcut")} className="font-mono" autoComplete="off" spellCheck={false} />
        </Field>
        <Field label="Title" error={errorOf("title")}>
          <Input {...field("title")} autoComplete="off" />
        </Field>
      </div>
      <Field label="Text" error={errorOf("content")}>
        <Textarea {...field("content")} rows={7} />
      </Field>
      <FormProblem problem={problem} waitSeconds={waitSeconds} />
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Back</Button>
        <Button variant="primary" type="submit" loading={busy}>
          {reply ? "Save reply" : "Add reply"}
        </Button>
      </div>
      {dialog}
    </form>
  );
}

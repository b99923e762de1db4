"use client";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { Field, Input, Select, Textarea } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { errorText } from "@/lib/client/api";
import { useLiveStatus, useSendMessage } from "@/lib/client/live";
import { BotPicker } from "../_shared/bot-picker";

type SendDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  initial: { bot_id?: string; thread_id?: string; thread_type?: "GROUP" | "USER"; message?: string };
  fixedBot: boolean;
};

/** Sends a chat message through a bot: `send_message` over the socket, answered by `message_sent`. */
export function SendDialog({ open, onOpenChange, initial, fixedBot }: SendDialogProps) {
  const send = useSendMessage();
  const live = useLiveStatus();
  const router = useRouter();
  const [form, setForm] = useState({ bot_id: "", thread_id: "", thread_type: "USER" as "GROUP" | "USER", message: "" });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { bot_id: bot, thread_id: thread, thread_type: type, message: text } = initial;
  useEffect(() => {
    if (!open) return;
    setProblem(null);
    setForm((known) => ({
      ...known,
      bot_id: bot ?? known.bot_id,
      thread_id: thread ?? "",
      thread_type: type ?? "USER",
      message: text ?? known.message,
    }));
  }, [open, bot, thread, type, text]);
  const offline = live.status !== "live";
  const ready = form.bot_id && form.thread_id.trim() && form.message.trim() && !offline;

  const submit = async () => {
    if (!ready) return;
    setBusy(true);
    setProblem(null);
    try {
      const sent = await send({ ...form, thread_id: form.thread_id.trim() });
      setForm((known) => ({ ...known, message: "" }));
      onOpenChange(false);
      toast.success("Message queued for the bot", {
        action: { label: "View command", onClick: () => router.push(`/dashboard/commands?command=${sent.command_id}`) },
      });
    } catch (error) {
      setProblem(errorText(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Send message"
      description="Sends the bot a send_message command. The bot posts the message in the chat."
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button variant="primary" type="submit" form="send-message" loading={busy} disabled={!ready}>
            Send message
          </Button>
        </>
      }
    >
      <form
        id="send-message"
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {fixedBot ? null : (
          <Field label="Bot">
            <BotPicker
              value={form.bot_id || null}
              placeholder="Choose a bot by name or ID"
              onChange={(id) => setForm({ ...form, bot_id: id ?? "" })}
            />
          </Field>
        )}
        <div className="grid grid-cols-[1fr_8rem] gap-3">
          <Field label="Thread ID">
            <Input
              required
              maxLength={256}
              className="font-mono"
              value={form.thread_id}
              onChange={(event) => setForm({ ...form, thread_id: event.target.value })}
            />
          </Field>
          <Field label="Thread type">
            <Select
              value={form.thread_type}
              onChange={(event) => setForm({ ...form, thread_type: event.target.value as "GROUP" | "USER" })}
            >
              <option value="USER">User</option>
              <option value="GROUP">Group</option>
            </Select>
          </Field>
        </div>
        <Field label="Message">
          <Textarea
            required
            rows={4}
            maxLength={20_000}
            value={form.message}
            onChange={(event) => setForm({ ...form, message: event.target.value })}
            onKeyDown={(event) => {
              if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void submit();
            }}
          />
        </Field>
        {problem || offline ? (
          <p role="alert" className="text-[13px] text-bad">
            {problem ?? "Not connected. You can send messages once the connection is back."}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}

"use client";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { toast } from "@/app/_ui/toast";
import { errorText } from "@/lib/client/api";
import { useLiveStatus, useSendMessage } from "@/lib/client/live";

type ThreadType = "GROUP" | "USER";
export type InitialMessage = { bot_id?: string; thread_id?: string; thread_type?: ThreadType; message?: string };

const EMPTY = { bot_id: "", thread_id: "", thread_type: "USER" as ThreadType, message: "" };

/**
 * The message that the dialog sends. The dialog opens with the thread that is shown, and keeps the text of an unsent
 * message.
 */
export function useOutgoingMessage(open: boolean, initial: InitialMessage, onSent: () => void) {
  const send = useSendMessage();
  const isOffline = useLiveStatus().status !== "live";
  const router = useRouter();
  const [form, setForm] = useState(EMPTY);
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
  const isReady = Boolean(form.bot_id && form.thread_id.trim() && form.message.trim() && !isOffline);

  const submit = async () => {
    if (!isReady) return;
    setBusy(true);
    setProblem(null);
    try {
      const sent = await send({ ...form, thread_id: form.thread_id.trim() });
      setForm((known) => ({ ...known, message: "" }));
      onSent();
      toast.success("Message queued for the bot", {
        action: { label: "View command", onClick: () => router.push(`/dashboard/commands?command=${sent.command_id}`) },
      });
    } catch (error) {
      setProblem(errorText(error));
    } finally {
      setBusy(false);
    }
  };
  return {
    form,
    set: (change: Partial<typeof EMPTY>) => setForm({ ...form, ...change }),
    busy,
    isReady,
    problem: problem ?? (isOffline ? "Not connected. You can send messages once the connection is back." : null),
    submit: () => void submit(),
  };
}

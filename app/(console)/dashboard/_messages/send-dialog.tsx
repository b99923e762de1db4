"use client";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { Field, Input, Select, Textarea } from "@/app/_ui/input";
import { BotPicker } from "../_shared/bot-picker";
import { type InitialMessage, useOutgoingMessage } from "./use-outgoing-message";

type SendDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  initial: InitialMessage;
  fixedBot: boolean;
};

/** Sends a chat message through a bot: `send_message` over the socket, which the server answers with `message_sent`. */
export function SendDialog({ open, onOpenChange, initial, fixedBot }: SendDialogProps) {
  const outgoing = useOutgoingMessage(open, initial, () => onOpenChange(false));
  const { form, set, problem } = outgoing;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Send message"
      description="Sends the bot a send_message command. The bot posts the message in the chat."
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button
            variant="primary"
            type="submit"
            form="send-message"
            loading={outgoing.busy}
            disabled={!outgoing.isReady}
          >
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
          outgoing.submit();
        }}
      >
        {fixedBot ? null : (
          <Field label="Bot">
            <BotPicker
              value={form.bot_id || null}
              placeholder="Choose a bot by name or ID"
              onChange={(id) => set({ bot_id: id ?? "" })}
            />
          </Field>
        )}
        <ThreadFields form={form} set={set} />
        <Field label="Message">
          <Textarea
            required
            rows={4}
            maxLength={20_000}
            value={form.message}
            onChange={(event) => set({ message: event.target.value })}
            onKeyDown={(event) => {
              if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) outgoing.submit();
            }}
          />
        </Field>
        {problem ? (
          <p role="alert" className="text-[13px] text-bad">
            {problem}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}

/** The chat that the bot posts to. */
function ThreadFields({ form, set }: Pick<ReturnType<typeof useOutgoingMessage>, "form" | "set">) {
  return (
    <div className="grid grid-cols-[1fr_8rem] gap-3">
      <Field label="Thread ID">
        <Input
          required
          maxLength={256}
          className="font-mono"
          value={form.thread_id}
          onChange={(event) => set({ thread_id: event.target.value })}
        />
      </Field>
      <Field label="Thread type">
        <Select
          value={form.thread_type}
          onChange={(event) => set({ thread_type: event.target.value as "GROUP" | "USER" })}
        >
          <option value="USER">User</option>
          <option value="GROUP">Group</option>
        </Select>
      </Field>
    </div>
  );
}

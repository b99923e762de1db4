"use client";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Checkbox } from "@/app/_ui/checkbox";
import { Dialog } from "@/app/_ui/dialog";
import { Field, Input, Select } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { ApiError, errorText } from "@/lib/client/api";
import { ChannelInput, ChannelKind } from "@/lib/operations/alerts/channels/contract";
import { Severity } from "@/lib/operations/alerts/contract";
import { useAddChannel } from "@/lib/operations/alerts/queries";
import type { Reader } from "./labels";

export const KINDS: Record<ChannelKind, string> = {
  email: "Email",
  webhook: "Webhook",
  discord: "Discord",
  slack: "Slack",
  telegram: "Telegram",
};
const HINTS = {
  webhook: "Requests are signed with Standard Webhooks. You see the secret once.",
  discord: "In Discord, open the channel settings, then Integrations, then Webhooks.",
  slack: "Create an incoming webhook in your Slack workspace.",
} as const;

/** Adds a channel; of a webhook it then shows the secret, this once. */
export function ChannelDialog({ reader, onClose }: { reader: Reader; onClose: () => void }) {
  const add = useAddChannel();
  const [kind, setKind] = useState<ChannelKind>("webhook");
  const [values, setValues] = useState<Record<string, string>>({ min_severity: "low", address: reader.email });
  const [global, setGlobal] = useState(reader.role === "admin");
  const [problem, setProblem] = useState<{ field?: string; message: string } | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const set = (name: string, value: string) => {
    setValues((known) => ({ ...known, [name]: value }));
    setProblem(null);
  };
  const errorOf = (field: string) => (problem?.field === field ? problem.message : undefined);
  const text = (name: string, label: string, more: { hint?: string; type?: string; autoFocus?: boolean } = {}) => (
    <Field label={label} hint={more.hint} error={errorOf(name)}>
      <Input
        type={more.type ?? "text"}
        autoFocus={more.autoFocus}
        autoComplete="off"
        spellCheck={false}
        value={values[name] ?? ""}
        onChange={(event) => set(name, event.target.value)}
      />
    </Field>
  );
  const submit = () => {
    const { name = "", min_severity, address, url, bot_token, chat_id } = values;
    const own = kind === "email" ? { address } : kind === "telegram" ? { bot_token, chat_id } : { url };
    const parsed = ChannelInput.safeParse({ kind, name, global, min_severity, ...own });
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const message = values[String(issue?.path[0])] ? (issue?.message ?? "is not valid") : "is required";
      return setProblem({ field: String(issue?.path[0] ?? ""), message: `This ${message}.` });
    }
    add.mutate(parsed.data, {
      onSuccess: (answer) => {
        toast.success(`Channel ${answer.channel.name} added`);
        if (answer.secret) setSecret(answer.secret);
        else onClose();
      },
      onError: (error) =>
        setProblem({ field: error instanceof ApiError ? error.field : undefined, message: errorText(error) }),
    });
  };
  if (secret)
    return (
      <Dialog
        open
        onOpenChange={(open) => !open && onClose()}
        title="Webhook secret"
        description="Copy the secret now. You cannot see it again. The receiver uses it to verify that messages come from this server."
        footer={
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        }
      >
        <code className="block select-all break-all rounded-md bg-raised p-3 text-sm">{secret}</code>
      </Dialog>
    );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Add channel"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="alert-channel" loading={add.isPending}>
            Add channel
          </Button>
        </>
      }
    >
      <form
        id="alert-channel"
        noValidate
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field label="Type" error={errorOf("kind")}>
          <Select
            value={kind}
            onChange={(event) => {
              setKind(event.target.value as ChannelKind);
              setProblem(null);
            }}
          >
            {ChannelKind.options.map((one) => (
              <option key={one} value={one}>
                {KINDS[one]}
              </option>
            ))}
          </Select>
        </Field>
        {text("name", "Name", { autoFocus: true })}
        {kind === "email"
          ? text("address", "Address", {
              type: "email",
              hint: `${reader.role === "admin" ? "" : "Use your account's address. "}If the address is not verified, we email it a confirmation link first.`,
            })
          : null}
        {kind === "telegram" ? (
          <>
            {text("bot_token", "Bot token", { hint: "Get it from @BotFather. Stored encrypted." })}
            {text("chat_id", "Chat", { hint: "The chat ID, or @channelname" })}
          </>
        ) : null}
        {kind === "webhook" || kind === "discord" || kind === "slack"
          ? text("url", "Address", { type: "url", hint: HINTS[kind] })
          : null}
        <Field label="Notifies about">
          <Select value={values.min_severity} onChange={(event) => set("min_severity", event.target.value)}>
            {Severity.options.map((one) => (
              <option key={one} value={one}>
                {one === "low"
                  ? "Every severity"
                  : one === "critical"
                    ? "Critical only"
                    : `${one[0]?.toUpperCase()}${one.slice(1)} and above`}
              </option>
            ))}
          </Select>
        </Field>
        {reader.role === "admin" ? (
          // biome-ignore lint/a11y/noLabelWithoutControl: the checkbox is inside
          <label className="flex items-center gap-2 text-sm">
            <Checkbox checked={global} onCheckedChange={(on) => setGlobal(on === true)} />
            Send server alerts instead of my own
          </label>
        ) : null}
        {problem && !["kind", "name", "address", "bot_token", "chat_id", "url"].includes(problem.field ?? "") ? (
          <p role="alert" className="text-[13px] text-bad">
            {problem.message}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}

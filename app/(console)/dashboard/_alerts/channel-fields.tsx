"use client";
import { Checkbox } from "@/app/_ui/checkbox";
import { Field, Input, Select } from "@/app/_ui/input";
import { ChannelKind } from "@/lib/operations/alerts/channels/contract";
import { Severity } from "@/lib/operations/alerts/contract";
import { OwnerField } from "../_shared/owner-select";
import type { Reach } from "../_shared/use-reach";
import type { Reader } from "./labels";
import type { NewChannel } from "./use-new-channel";

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

/** Fields that show their own error, so the dialog does not repeat it. */
export const CHANNEL_FIELDS = ["kind", "name", "address", "bot_token", "chat_id", "url", "team_id"];

type FieldsProps = { channel: NewChannel; reader: Reader; teams: Reach["managed"] };

/** The fields of a new channel: its type, where it leads and which alerts it gets. */
export function ChannelFields({ channel, reader, teams }: FieldsProps) {
  const { kind, values, set, global, setGlobal, problems } = channel;
  return (
    <>
      <Field label="Type" error={problems.errorOf("kind")}>
        <Select value={kind} onChange={(event) => channel.setKind(event.target.value as ChannelKind)}>
          {ChannelKind.options.map((one) => (
            <option key={one} value={one}>
              {KINDS[one]}
            </option>
          ))}
        </Select>
      </Field>
      <TextField channel={channel} name="name" label="Name" autoFocus />
      <AddressFields channel={channel} reader={reader} />
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
      {global ? null : (
        <OwnerField
          {...{ teams, value: channel.team, error: problems.errorOf("team_id") }}
          hint="A team's channel receives the team's alerts"
          onChange={(owner) => channel.setTeam(owner ?? undefined)}
        />
      )}
      {reader.role === "admin" ? (
        // biome-ignore lint/a11y/noLabelWithoutControl: the checkbox is inside
        <label className="flex items-center gap-2 text-sm">
          <Checkbox checked={global} onCheckedChange={(on) => setGlobal(on === true)} />
          Send server alerts instead of my own
        </label>
      ) : null}
    </>
  );
}

/** The fields of a channel's destination, which differ by kind. */
function AddressFields({ channel, reader }: Omit<FieldsProps, "teams">) {
  const { kind } = channel;
  if (kind === "email")
    return (
      <TextField
        channel={channel}
        name="address"
        label="Address"
        type="email"
        hint={`${reader.role === "admin" ? "" : "Use your account's address. "}If the address is not verified, we email it a confirmation link first.`}
      />
    );
  if (kind === "telegram")
    return (
      <>
        <TextField
          channel={channel}
          name="bot_token"
          label="Bot token"
          hint="Get it from @BotFather. Stored encrypted."
        />
        <TextField channel={channel} name="chat_id" label="Chat" hint="The chat ID, or @channelname" />
      </>
    );
  return <TextField channel={channel} name="url" label="Address" type="url" hint={HINTS[kind]} />;
}

type TextFieldProps = {
  channel: NewChannel;
  name: string;
  label: string;
  hint?: string;
  type?: string;
  autoFocus?: boolean;
};

function TextField({ channel, name, label, hint, type = "text", autoFocus }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={channel.problems.errorOf(name)}>
      <Input
        type={type}
        autoFocus={autoFocus}
        autoComplete="off"
        spellCheck={false}
        value={channel.values[name] ?? ""}
        onChange={(event) => channel.set(name, event.target.value)}
      />
    </Field>
  );
}

"use client";
import { Checkbox } from "@/app/_ui/checkbox";
import { Field, Input } from "@/app/_ui/input";
import type { FactKind } from "@/lib/core/outbox/contract";
import { BotsScopeField } from "../_shared/bots-scope";
import { EVENT_GROUPS } from "./labels";
import type { WebhookForm } from "./use-webhook-form";

type FieldsProps = {
  contract: WebhookForm;
  /** The host of the stored address; undefined for a new webhook. */
  host?: string;
  /** Whether the webhook belongs to the whole server, which alone receives tickets. */
  isOfServer: boolean;
  /** Offers only the bots of this team. */
  teamId?: number;
  /** Whether the reader may enter the address of a message broker. */
  hasBrokers?: boolean;
};

const ADDRESS_HINT = "An https:// address that takes POST requests.";
const BROKER_HINT =
  "An https:// address that takes POST requests, or a message broker: amqps://, tls:// (NATS) or rediss://.";

/** The fields of a webhook: its name, its address, the events it receives and the bots it concerns. */
export function WebhookFields({ contract, host, isOfServer, teamId, hasBrokers }: FieldsProps) {
  const { field, errorOf } = contract;
  return (
    <>
      <Field label="Name" error={errorOf("name")}>
        <Input autoFocus autoComplete="off" placeholder="Deploys" {...field("name")} />
      </Field>
      <Field
        label={host ? "New address (optional)" : "Address"}
        error={errorOf("url")}
        hint={host ? `Leave empty to keep the address at ${host}.` : hasBrokers ? BROKER_HINT : ADDRESS_HINT}
      >
        <Input
          type="url"
          autoComplete="off"
          spellCheck={false}
          placeholder="https://hooks.example.org/muster"
          {...field("url", host ? { setValueAs: (text) => text || undefined } : {})}
        />
      </Field>
      <EventsField contract={contract} isOfServer={isOfServer} />
      <BotsField contract={contract} teamId={teamId} />
    </>
  );
}

function EventsField({ contract: { form }, isOfServer }: Pick<FieldsProps, "contract" | "isOfServer">) {
  const kinds = form.watch("kinds") ?? [];
  const pick = (kind: FactKind, on: boolean) =>
    form.setValue("kinds", on ? [...kinds, kind] : kinds.filter((one) => one !== kind), {
      shouldDirty: true,
      shouldValidate: form.formState.isSubmitted,
    });
  const groups = EVENT_GROUPS.filter(({ isServerOnly }) => isOfServer || !isServerOnly);
  return (
    <fieldset>
      <legend className="mb-1 font-medium text-[13px]">Events</legend>
      <div className="space-y-2 rounded-md border border-line p-3">
        {groups.flatMap(({ events }) =>
          events.map(({ kind, label, when }) => (
            // biome-ignore lint/a11y/noLabelWithoutControl: the checkbox is inside
            <label key={kind} className="flex items-start gap-2 text-sm">
              <Checkbox
                className="mt-0.5"
                aria-label={label}
                checked={kinds.includes(kind)}
                onCheckedChange={(on) => pick(kind, on)}
              />
              <span className="min-w-0">
                {label}
                <span className="block text-[13px] text-faint">{when}</span>
              </span>
            </label>
          )),
        )}
      </div>
      {form.formState.errors.kinds ? (
        <p role="alert" className="mt-1 text-[13px] text-bad">
          Choose at least one event.
        </p>
      ) : null}
    </fieldset>
  );
}

function BotsField({ contract: { form, errorOf }, teamId }: Pick<FieldsProps, "contract" | "teamId">) {
  const [bots = null, tag = null] = form.watch(["bots", "tag"]);
  const how = { shouldDirty: true, shouldValidate: form.formState.isSubmitted };
  return (
    <BotsScopeField
      value={{ bots, tag }}
      teamId={teamId}
      onChange={(scope) => {
        form.setValue("bots", scope.bots, how);
        form.setValue("tag", scope.tag, how);
      }}
      errors={{
        bots: form.formState.errors.bots ? (errorOf("bots") ?? "Choose at least one bot.") : undefined,
        tag: errorOf("tag"),
      }}
    />
  );
}

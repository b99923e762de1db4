"use client";
import { ContractDialog } from "@/app/_shell/contract-dialog";
import { Field, Input, Select, Textarea } from "@/app/_ui/input";
import type { AuditStream, StreamKind } from "@/lib/identity/audit/streams/contract";
import { usePutAuditStream } from "@/lib/identity/audit/streams/queries";

const TEXTS = {
  syslog: {
    title: "Send the log to a syslog server",
    hint: "udp://, tcp:// or tls:// with a host and a port. Over UDP entries may be lost.",
    placeholder: "tls://logs.example.org:6514",
  },
  webhook: {
    title: "Send the log to a webhook",
    hint: "An https:// address. Every message is signed with a secret, which you see once when you save.",
    placeholder: "https://example.org/muster-audit",
  },
} as const;

type Props = {
  kind: StreamKind;
  stream: AuditStream | undefined;
  /** @param secret the signing secret of a webhook, which is shown once */
  onSaved: (secret: string | undefined) => void;
  onClose: () => void;
};

/** Sets up or changes one stream. Saving is an entry of the log itself, so the result shows within a few seconds. */
export function StreamForm({ kind, stream, onSaved, onClose }: Props) {
  const put = usePutAuditStream(kind);
  const { title, hint, placeholder } = TEXTS[kind];
  return (
    <ContractDialog
      title={title}
      description={
        stream
          ? `Entries are sent to ${stream.hint}. Enter the complete new address.`
          : "Saving adds an entry to the log. Within a few seconds, the list shows whether the receiver accepted it."
      }
      verb="Save stream"
      load={() => import("@/lib/identity/audit/streams/contract").then((one) => one.putAuditStream.body)}
      defaultValues={{ url: "", ca: "", ...(stream ? {} : { from: "now" as const }) }}
      send={async (body) => onSaved((await put.mutateAsync(body)).secret)}
      onClose={onClose}
    >
      {({ field, errorOf }) => (
        <>
          <Field label="Address" hint={hint} error={errorOf("url")}>
            <Input autoFocus autoComplete="off" spellCheck={false} placeholder={placeholder} {...field("url")} />
          </Field>
          {kind === "syslog" ? (
            <Field
              label="CA certificates (optional)"
              hint="PEM. The server of tls:// is checked against these instead of the public ones."
              error={errorOf("ca")}
            >
              <Textarea rows={3} spellCheck={false} className="font-mono text-[13px]" {...field("ca")} />
            </Field>
          ) : null}
          {stream ? null : (
            <Field label="Begin with" error={errorOf("from")}>
              <Select {...field("from")}>
                <option value="now">New entries</option>
                <option value="start">The oldest entry that is kept</option>
              </Select>
            </Field>
          )}
        </>
      )}
    </ContractDialog>
  );
}

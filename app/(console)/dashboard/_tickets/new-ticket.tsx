"use client";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { Field, Input, Select, Textarea } from "@/app/_ui/input";
import { QueryState } from "@/app/_ui/query-state";
import { Skeleton } from "@/app/_ui/skeleton";
import { toast } from "@/app/_ui/toast";
import { DESCRIPTION_MAX, SUBJECT_MAX } from "@/lib/community/tickets/contract.constants";
import { useOpenTicket, useTicketOptions } from "@/lib/community/tickets/queries";
import { countText } from "@/lib/core/format/units";

type NewTicketProps = { onClose: () => void; onOpened: (ticketId: string) => void };

/** The form for a new ticket: its type, subject and first message. */
export default function NewTicket({ onClose, onOpened }: NewTicketProps) {
  const query = useTicketOptions();
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="New ticket"
      description="Staff will reply to you here. You can attach files after you open the ticket."
    >
      <QueryState
        query={query}
        data={query.data}
        failure="The form could not be loaded"
        loading={
          <div role="status" aria-label="Loading" className="space-y-3">
            <Skeleton className="h-9" />
            <Skeleton className="h-9" />
            <Skeleton className="h-32" />
          </div>
        }
      >
        {(options) => <FormOrRefusal options={options} onOpened={onOpened} />}
      </QueryState>
    </Dialog>
  );
}

type Options = NonNullable<ReturnType<typeof useTicketOptions>["data"]>;

function FormOrRefusal({ options, onOpened }: { options: Options; onOpened: (ticketId: string) => void }) {
  const { enabled, open_count, max_open_per_user, types } = options;
  if (!enabled)
    return (
      <p role="alert" className="text-sm">
        Tickets are turned off on this server. Ask an admin to turn them on.
      </p>
    );
  if (max_open_per_user > 0 && open_count >= max_open_per_user)
    return (
      <p role="alert" className="text-sm">
        You have {countText(open_count, "open ticket")}, which is the limit. Reply in one of them, or wait until one is
        closed.
      </p>
    );
  return <NewTicketForm types={types} onOpened={onOpened} />;
}

function NewTicketForm({ types, onOpened }: { types: string[]; onOpened: (ticketId: string) => void }) {
  const open = useOpenTicket();
  const { form, field, formProps, errorOf, busy, problem, waitSeconds } = useContractForm(
    () =>
      import("@/lib/community/tickets/contract").then((one) =>
        one.openTicket.body.pick({ type: true, subject: true, description: true }),
      ),
    { type: types[0] ?? "", subject: "", description: "" },
    async (body) => {
      const { ticket_id, ticket_num } = await open.mutateAsync(body);
      toast(`Ticket #${ticket_num} opened`);
      onOpened(ticket_id);
    },
  );
  const length = (form.watch("description") ?? "").trim().length;
  return (
    <form {...formProps} className="space-y-3">
      <Field label="What is it about?" error={errorOf("type")}>
        <Select {...field("type")}>
          {types.map((type) => (
            <option key={type}>{type}</option>
          ))}
        </Select>
      </Field>
      <Field label="Subject" error={errorOf("subject")} hint="Summarize what you need in one line">
        <Input {...field("subject")} maxLength={SUBJECT_MAX} autoComplete="off" />
      </Field>
      <Field
        label="What happened?"
        error={errorOf("description")}
        hint="What did you do? What did you see? What did you expect?"
        aside={
          length > DESCRIPTION_MAX * 0.8 ? (
            <span className="tnum text-faint text-xs">
              {length.toLocaleString("en")} of {DESCRIPTION_MAX.toLocaleString("en")}
            </span>
          ) : null
        }
      >
        <Textarea {...field("description")} rows={7} />
      </Field>
      <FormProblem problem={problem} waitSeconds={waitSeconds} />
      <div className="flex justify-end">
        <Button variant="primary" type="submit" loading={busy}>
          Open ticket
        </Button>
      </div>
    </form>
  );
}

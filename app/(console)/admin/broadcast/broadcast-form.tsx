"use client";
import { Megaphone } from "lucide-react";
import { useState } from "react";
import type { z } from "zod";
import { FormProblem } from "@/app/_shell/form-problem";
import { LeaveGuard } from "@/app/_shell/leave-guard";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { Field, Input, Select, Textarea } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import type { sendBroadcast } from "@/lib/community/notifications/contract";
import { useBroadcastPreview, useSendBroadcast } from "@/lib/community/notifications/queries.settings";
import { countText } from "@/lib/core/format/units";

type Body = z.output<typeof sendBroadcast.body>;
const EMPTY = { title: "", message: "", priority: "normal" as const };
const number = (n: number) => n.toLocaleString("en");
const MEANS: Record<Body["priority"], string> = {
  low: "Sent to the inbox and as silent push notifications. No email.",
  normal: "Sent to the inbox, as push notifications and by email.",
  high: "Sent to the inbox, as push notifications that stay until dismissed, and by email.",
};

const peopleText = (count: number): string => countText(count, "person", "people");

/** Describes how many people an announcement of this priority reaches, and through which channels. */
function reachText({ data, isError }: ReturnType<typeof useBroadcastPreview>, priority: Body["priority"]): string {
  if (!data) return isError ? "The number of recipients could not be loaded." : "Counting recipients…";
  const email = priority === "low" ? null : "email";
  return [
    peopleText(data.recipients),
    `${number(data.devices.web_push)} browsers with push turned on`,
    data.fcm ? `${number(data.devices.fcm)} phones with push turned on` : null,
    data.email ? email : "no email (no mail server is set up)",
  ]
    .filter(Boolean)
    .join(" · ");
}

/** Composes an announcement, shows how many people it reaches, and asks for confirmation, because it cannot be recalled. */
export function BroadcastForm() {
  const preview = useBroadcastPreview();
  const [ready, setReady] = useState<Body | null>(null);
  const { form, field, formProps, busy, problem, errorOf, ...state } = useContractForm<
    z.input<typeof sendBroadcast.body>,
    Body
  >(
    () => import("@/lib/community/notifications/contract").then((one) => one.sendBroadcast.body),
    EMPTY,
    async (body) => setReady(body),
  );
  const people = preview.data?.recipients;
  const priority = form.watch("priority") ?? "normal";
  return (
    <Card>
      <CardHeader>
        <CardTitle>New announcement</CardTitle>
        <span className="text-[13px] text-muted">{reachText(preview, priority)}</span>
      </CardHeader>
      <form {...formProps} className="grid gap-4 p-4 sm:grid-cols-[1fr_14rem]">
        <Field label="Title" error={errorOf("title")}>
          <Input maxLength={200} {...field("title")} />
        </Field>
        <Field label="Priority" error={errorOf("priority")} hint={MEANS[priority]}>
          <Select {...field("priority")}>
            <option value="low">Low</option>
            <option value="normal">Normal</option>
            <option value="high">High</option>
          </Select>
        </Field>
        <Field label="Message" error={errorOf("message")} className="sm:col-span-2">
          <Textarea rows={5} maxLength={4000} {...field("message")} />
        </Field>
        <div className="empty:hidden sm:col-span-2">
          <FormProblem problem={problem} />
        </div>
        <div className="flex flex-wrap items-center gap-3 sm:col-span-2">
          <Button type="submit" variant="primary" loading={busy} disabled={!state.ready}>
            <Megaphone /> {people === undefined ? "Send" : `Send to ${peopleText(people)}`}
          </Button>
          <span className="text-[13px] text-faint">
            People who turned announcements off for the inbox, push or email do not get it there.
          </span>
        </div>
      </form>
      <LeaveGuard dirty={form.formState.isDirty} />
      <SendConfirm body={ready} people={people} onCancel={() => setReady(null)} onSent={() => form.reset(EMPTY)} />
    </Card>
  );
}

type SendConfirmProps = {
  /** The announcement that waits for confirmation; null while the dialog is closed. */
  body: Body | null;
  people: number | undefined;
  onCancel: () => void;
  onSent: () => void;
};

function SendConfirm({ body, people, onCancel, onSent }: SendConfirmProps) {
  const send = useSendBroadcast();
  return (
    <ConfirmDialog
      open={body !== null}
      onOpenChange={(open) => !open && onCancel()}
      title={`Send “${body?.title ?? ""}”`}
      consequence={
        <>
          Sends this announcement to {people === undefined ? "everyone" : peopleText(people)} immediately. You cannot
          undo this.
        </>
      }
      verb="Send announcement"
      tone="primary"
      onConfirm={async () => {
        if (!body) return;
        const { message } = await send.mutateAsync(body);
        onSent();
        toast.success(message);
      }}
    />
  );
}

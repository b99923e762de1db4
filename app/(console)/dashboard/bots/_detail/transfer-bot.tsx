"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { FormDialog } from "@/app/_ui/form-dialog";
import { toast } from "@/app/_ui/toast";
import { ApiError, errorText } from "@/lib/client/api";
import type { Bot } from "@/lib/fleet/bots/contract";
import { useTransferBot } from "@/lib/fleet/bots/queries.manage";
import { useOwnTeams } from "@/lib/identity/teams/queries.own";
import { type Reader, useBotOwner } from "./bot-owner";
import { isNamed, type Receiver, ReceiverFields, receiverBody } from "./receiver-fields";

type Props = { bot: Bot; reader: Reader };

/** Gives the bot to another team or person. Shown to those who own it. */
export function TransferBot({ bot, reader }: Props) {
  const [isOpen, setOpen] = useState(false);
  const owner = useBotOwner(bot, reader);
  if (!owner || !(reader.role === "admin" || owner.role === "owner")) return null;
  return (
    <Card className="max-w-3xl">
      <CardHeader>
        <CardTitle>Transfer this bot</CardTitle>
      </CardHeader>
      <div className="space-y-3 p-4 text-sm">
        <p className="text-muted">
          Gives the bot to another team or person. It keeps its token, commands, logs and messages, and is no longer
          shared with anybody.
        </p>
        <Button onClick={() => setOpen(true)}>Transfer bot…</Button>
      </div>
      {isOpen ? <TransferDialog bot={bot} reader={reader} onClose={() => setOpen(false)} /> : null}
    </Card>
  );
}

function TransferDialog({ bot, reader, onClose }: Props & { onClose: () => void }) {
  const transfer = useTransferBot(bot.id);
  const router = useRouter();
  const [receiver, setReceiver] = useState<Receiver>({ team: "", username: "" });
  const teams = useOwnTeams()
    .filter(({ id, role }) => id !== bot.team_id && (role === "owner" || role === "maintainer"))
    .map(({ id, name, personal }) => [id, personal ? "You alone" : `Team ${name}`] as const);
  const { error } = transfer;
  const isOfPerson = error instanceof ApiError && error.status === 404;
  const submit = () =>
    transfer.mutate(receiverBody(receiver), {
      onSuccess() {
        toast.success(`${bot.name} has a new owner`);
        onClose();
        if (!receiver.team && reader.role !== "admin") router.push("/dashboard/bots");
      },
    });
  return (
    <FormDialog
      title={`Transfer ${bot.name}`}
      description="You no longer see the bot unless you are in the team that gets it."
      verb="Transfer bot"
      ready={isNamed(receiver)}
      busy={transfer.isPending}
      problem={isOfPerson ? undefined : error}
      onSubmit={submit}
      onClose={onClose}
    >
      <ReceiverFields
        label="New owner"
        receiver={receiver}
        onChange={(part) => setReceiver({ ...receiver, ...part })}
        teams={teams}
        error={isOfPerson ? errorText(error) : undefined}
      />
    </FormDialog>
  );
}

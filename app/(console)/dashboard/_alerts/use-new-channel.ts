"use client";
import { useState } from "react";
import { useProblem } from "@/app/_shell/use-problem";
import { toast } from "@/app/_ui/toast";
import { ChannelInput, type ChannelKind } from "@/lib/operations/alerts/channels/contract";
import { useAddChannel } from "@/lib/operations/alerts/queries";
import type { Reader } from "./labels";

/** The channel that the dialog adds. `secret` is set once a webhook was added. */
export function useNewChannel(reader: Reader, onAdded: () => void) {
  const add = useAddChannel();
  const problems = useProblem();
  const [kind, setKind] = useState<ChannelKind>("webhook");
  const [values, setValues] = useState<Record<string, string>>({ min_severity: "low", address: reader.email });
  const [global, setGlobal] = useState(reader.role === "admin");
  const [team, setTeam] = useState<number>();
  const [secret, setSecret] = useState<string | null>(null);
  const submit = () => {
    const { name = "", min_severity, address, url, bot_token, chat_id } = values;
    const own = kind === "email" ? { address } : kind === "telegram" ? { bot_token, chat_id } : { url };
    const parsed = ChannelInput.safeParse({
      kind,
      name,
      global,
      min_severity,
      ...(!global && { team_id: team }),
      ...own,
    });
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const message = values[String(issue?.path[0])] ? (issue?.message ?? "is not valid") : "is required";
      return problems.report(String(issue?.path[0] ?? ""), `This ${message}.`);
    }
    add.mutate(parsed.data, {
      onSuccess: (answer) => {
        toast.success(`Channel ${answer.channel.name} added`);
        if (answer.secret) setSecret(answer.secret);
        else onAdded();
      },
      onError: problems.reportError,
    });
  };
  return {
    kind,
    setKind: (next: ChannelKind) => {
      setKind(next);
      problems.clear();
    },
    values,
    set: (name: string, value: string) => {
      setValues((known) => ({ ...known, [name]: value }));
      problems.clear();
    },
    global,
    setGlobal,
    team,
    setTeam: (next: number | undefined) => {
      setTeam(next);
      problems.clear();
    },
    problems,
    secret,
    busy: add.isPending,
    submit,
  };
}

export type NewChannel = ReturnType<typeof useNewChannel>;

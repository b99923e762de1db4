"use client";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { FormDialog } from "@/app/_ui/form-dialog";
import { Field, Input, Select } from "@/app/_ui/input";
import { botHref } from "@/app/(console)/dashboard/_shared/bot-link";
import { ApiError, errorText } from "@/lib/client/api";
import { useCreateBot } from "@/lib/fleet/bots/queries.manage";
import { useOwnTeams } from "@/lib/identity/teams/queries.own";
import { ConnectGuide } from "./connect-guide";

const PLATFORMS = ["discord", "telegram", "slack", "facebook", "zalo", "whatsapp", "matrix", "web", "other"];

/** Asks for a name and a platform, creates the bot, and shows its token and code to paste. */
export default function CreateBotDialog({ onClose }: { onClose: () => void }) {
  const create = useCreateBot();
  const [name, setName] = useState("");
  const [platform, setPlatform] = useState("");
  const [team, setTeam] = useState("");
  const teams = useOwnTeams().filter(({ personal, role }) => !personal && (role === "owner" || role === "maintainer"));
  const { data: made, error } = create;
  const nameError = error instanceof ApiError && error.field === "name";
  if (made)
    return (
      <Dialog
        open
        onOpenChange={(open) => !open && onClose()}
        title={`Connect ${name.trim()}`}
        className="max-w-2xl"
        footer={
          <>
            <Button onClick={onClose}>Close</Button>
            <Button asChild variant="primary">
              <Link href={botHref(made.bot_id)}>Open bot</Link>
            </Button>
          </>
        }
      >
        <ConnectGuide botId={made.bot_id} token={made.token} platform={platform} />
      </Dialog>
    );
  return (
    <FormDialog
      title="New bot"
      description="Each bot has its own token; normally one program uses it."
      verb="Create bot"
      ready={name.trim() !== ""}
      busy={create.isPending}
      problem={nameError ? undefined : error}
      onSubmit={() =>
        create.mutate({ name, metadata: platform ? { platform } : {}, ...(team && { team_id: Number(team) }) })
      }
      onClose={onClose}
    >
      <Field label="Name" error={nameError ? errorText(error) : undefined}>
        <Input
          autoFocus
          required
          maxLength={128}
          value={name}
          placeholder="Greeter"
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <Field label="Platform" hint="Optional. Shown as a label on the bot.">
        <Select value={platform} onChange={(event) => setPlatform(event.target.value)}>
          <option value="">Not set</option>
          {PLATFORMS.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </Select>
      </Field>
      {teams.length > 0 ? (
        <Field label="Owner" hint={team ? "Members of the team see the bot." : "Only you see the bot."}>
          <Select value={team} onChange={(event) => setTeam(event.target.value)}>
            <option value="">You alone</option>
            {teams.map((one) => (
              <option key={one.id} value={one.id}>
                Team {one.name}
              </option>
            ))}
          </Select>
        </Field>
      ) : null}
    </FormDialog>
  );
}

"use client";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { Field, Input, Select } from "@/app/_ui/input";
import { useCreateBot } from "@/lib/bots/queries";
import { ApiError, errorText } from "@/lib/client/api";
import { botHref } from "../_parts/bot-link";
import { ConnectGuide } from "./connect-guide";

const PLATFORMS = ["discord", "telegram", "slack", "facebook", "zalo", "whatsapp", "matrix", "web", "other"];

/** Name and platform in, token and programs to paste out. */
export function CreateBotDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const create = useCreateBot();
  const [name, setName] = useState("");
  const [platform, setPlatform] = useState("");
  const made = create.data;
  const change = (next: boolean) => {
    if (!next) {
      setName("");
      setPlatform("");
      create.reset();
    }
    onOpenChange(next);
  };
  const error = create.error;
  const nameError = error instanceof ApiError && (error.field === "name" || error.code === "CONFLICT");
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={made ? `Connect ${name.trim()}` : "New bot"}
      description={made ? undefined : "A bot here stands for one running program; it gets a token of its own."}
      className={made ? "max-w-2xl" : undefined}
      footer={
        made ? (
          <>
            <Button onClick={() => change(false)}>Close</Button>
            <Button asChild variant="primary">
              <Link href={botHref(made.bot_id)}>Open bot</Link>
            </Button>
          </>
        ) : (
          <>
            <Button onClick={() => change(false)}>Cancel</Button>
            <Button
              variant="primary"
              type="submit"
              form="create-bot"
              loading={create.isPending}
              disabled={name.trim() === ""}
            >
              Create bot
            </Button>
          </>
        )
      }
    >
      {made ? (
        <ConnectGuide botId={made.bot_id} token={made.token} />
      ) : (
        <form
          id="create-bot"
          className="space-y-4"
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate({ name, metadata: platform ? { platform } : {} });
          }}
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
          <Field label="Platform" hint="Where the bot lives. Optional; it only labels the bot.">
            <Select value={platform} onChange={(event) => setPlatform(event.target.value)}>
              <option value="">Not set</option>
              {PLATFORMS.map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </Select>
          </Field>
          {error && !nameError ? (
            <p role="alert" className="text-[13px] text-bad">
              {errorText(error)}
            </p>
          ) : null}
        </form>
      )}
    </Dialog>
  );
}

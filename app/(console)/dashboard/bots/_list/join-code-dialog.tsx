"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { Field, Input } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { botHref } from "@/app/(console)/dashboard/_shared/bot-link";
import { errorText } from "@/lib/client/api";
import { useAdoptBot } from "@/lib/fleet/bots/queries.joining";

/** Asks for the code. Mounted while it is open, so that it starts empty each time. */
export default function JoinCodeDialog({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const adopt = useAdoptBot();
  const [code, setCode] = useState("");
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Adopt a bot"
      description="A bot that registers without a credential prints a claim code. Enter the code to become its owner."
      className="max-w-md"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            type="submit"
            form="adopt-bot"
            loading={adopt.isPending}
            disabled={code.trim() === ""}
          >
            Adopt bot
          </Button>
        </>
      }
    >
      <form
        id="adopt-bot"
        onSubmit={(event) => {
          event.preventDefault();
          adopt.mutate(
            { claim_code: code },
            {
              onSuccess: ({ bot }) => {
                toast.success(`You now own ${bot.name}.`);
                onClose();
                router.push(botHref(bot.id));
              },
            },
          );
        }}
      >
        <Field
          label="Claim code"
          hint="The eight letters and digits that the bot printed."
          error={adopt.error ? errorText(adopt.error) : undefined}
        >
          <Input
            autoFocus
            required
            maxLength={9}
            autoComplete="off"
            spellCheck={false}
            placeholder="XK4M-7QPD"
            className="font-mono uppercase"
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        </Field>
      </form>
    </Dialog>
  );
}

"use client";
import { HeartHandshake } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { Field, Input } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { botHref } from "@/app/(console)/dashboard/_shared/bot-link";
import { errorText } from "@/lib/client/api";
import { useAdoptBot } from "@/lib/fleet/bots/queries.joining";

/** "Adopt bot with code": a person who enters the code that a bot printed becomes its owner. */
export function AdoptWithCode() {
  const router = useRouter();
  const adopt = useAdoptBot();
  const [open, setOpen] = useState(false);
  const [code, setCode] = useState("");
  const change = (next: boolean) => {
    if (!next) {
      setCode("");
      adopt.reset();
    }
    setOpen(next);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      trigger={
        <Button>
          <HeartHandshake aria-hidden /> Adopt bot with code
        </Button>
      }
      title="Adopt a bot"
      description="A bot that registers without a credential prints a claim code. Enter the code to become its owner."
      className="max-w-md"
      footer={
        <>
          <Button onClick={() => change(false)}>Cancel</Button>
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
                change(false);
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

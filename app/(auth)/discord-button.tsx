"use client";
import { FormProblem } from "@/app/_shell/form-problem";
import { useDeparture } from "@/app/_shell/use-departure";
import { Button } from "@/app/_ui/button";
import { useHydrated } from "@/app/_ui/use-hydrated";
import { goToDiscord } from "@/lib/community/discord/queries";

/** The longest `next` path that the server accepts for a sign-in with Discord. */
const MAX_NEXT = 500;

/** The button below a sign-in form that signs in with Discord. `next` is the path to open afterwards. */
export function DiscordButton({ next }: { next: string }) {
  const { busy, problem, go } = useDeparture(() => goToDiscord(next.length <= MAX_NEXT ? next : "/dashboard"));
  const ready = useHydrated();
  return (
    <div className="mt-4 space-y-4">
      <div className="flex items-center gap-3 text-[13px] text-faint before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        or
      </div>
      <FormProblem problem={problem} />
      <Button className="w-full" loading={busy} disabled={!ready} onClick={() => void go()}>
        Continue with Discord
      </Button>
    </div>
  );
}

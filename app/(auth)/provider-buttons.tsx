"use client";
import { FormProblem } from "@/app/_shell/form-problem";
import { useDeparture } from "@/app/_shell/use-departure";
import { Button } from "@/app/_ui/button";
import { useHydrated } from "@/app/_ui/use-hydrated";
import { goToDiscord } from "@/lib/community/discord/queries";
import { goToProvider } from "@/lib/identity/sso/queries";

/** The longest `next` path that the server accepts for a sign-in with a provider. */
const MAX_NEXT = 500;

export type Ways = { discord: boolean; providers: readonly { id: string; name: string }[] };
type ProviderButtonsProps = Ways & {
  /** The path to open afterwards. */
  next: string;
  /** Whether the buttons follow a form. */
  isBelowForm?: boolean;
};

/** The buttons of a sign-in page that sign in with a provider. */
export function ProviderButtons({ discord, providers, next, isBelowForm = true }: ProviderButtonsProps) {
  if (!discord && providers.length === 0) return null;
  const path = next.length <= MAX_NEXT ? next : "/dashboard";
  return (
    <div className={isBelowForm ? "mt-4 space-y-4" : "space-y-4"}>
      {isBelowForm ? (
        <div className="flex items-center gap-3 text-[13px] text-faint before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
          or
        </div>
      ) : null}
      {providers.map(({ id, name }) => (
        <ProviderButton key={id} name={name} leave={() => goToProvider(id, path)} />
      ))}
      {discord ? <ProviderButton name="Discord" leave={() => goToDiscord(path)} /> : null}
    </div>
  );
}

function ProviderButton({ name, leave }: { name: string; leave: () => Promise<void> }) {
  const { busy, problem, go } = useDeparture(leave);
  const ready = useHydrated();
  return (
    <>
      <FormProblem problem={problem} />
      <Button className="w-full" loading={busy} disabled={!ready} onClick={() => void go()}>
        Continue with {name}
      </Button>
    </>
  );
}

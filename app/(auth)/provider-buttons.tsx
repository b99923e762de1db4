"use client";
import { FormProblem } from "@/app/_shell/form-problem";
import { useDeparture } from "@/app/_shell/use-departure";
import { Button } from "@/app/_ui/button";
import { useHydrated } from "@/app/_ui/use-hydrated";
import { acceptByDiscord, goToDiscord } from "@/lib/community/discord/queries";
import { acceptByProvider, goToProvider } from "@/lib/identity/sso/queries";
import { rememberInvitation } from "./invite/remembered";

/** The longest `next` path that the server accepts for a sign-in with a provider. */
const MAX_NEXT = 500;
const DISCORD = "discord";

export type Ways = { discord: boolean; providers: readonly { id: string; name: string }[] };
type ProviderButtonsProps = Ways & {
  /** The path to open afterwards. */
  next: string;
  /** Whether the buttons follow a form. */
  isBelowForm?: boolean;
};

/** The buttons of a sign-in page that sign in with a provider. */
export function ProviderButtons({ next, ...ways }: ProviderButtonsProps) {
  const path = next.length <= MAX_NEXT ? next : "/dashboard";
  return <Buttons {...ways} leave={(id) => (id === DISCORD ? goToDiscord(path) : goToProvider(id, path))} />;
}

type InvitedButtonsProps = Ways & { token: string; isBelowForm?: boolean };

/** The buttons of an invitation's page that accept it with a provider. */
export function InvitedButtons({ token, ...ways }: InvitedButtonsProps) {
  return (
    <Buttons
      {...ways}
      leave={(id) => {
        rememberInvitation(token);
        return id === DISCORD ? acceptByDiscord(token) : acceptByProvider(id, token);
      }}
    />
  );
}

type ButtonsProps = Ways & { isBelowForm?: boolean; leave: (provider: string) => Promise<void> };

function Buttons({ discord, providers, isBelowForm = true, leave }: ButtonsProps) {
  if (!discord && providers.length === 0) return null;
  return (
    <div className={isBelowForm ? "mt-4 space-y-4" : "space-y-4"}>
      {isBelowForm ? (
        <div className="flex items-center gap-3 text-[13px] text-faint before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
          or
        </div>
      ) : null}
      {providers.map(({ id, name }) => (
        <ProviderButton key={id} name={name} leave={() => leave(id)} />
      ))}
      {discord ? <ProviderButton name="Discord" leave={() => leave(DISCORD)} /> : null}
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

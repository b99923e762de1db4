"use client";
import { useMemo, useState } from "react";
import { encode } from "uqr";
import { ContractDialog } from "@/app/_shell/contract-dialog";
import { CodeBlock } from "@/app/_ui/code-block";
import { Field, Input } from "@/app/_ui/input";
import { PasswordInput } from "@/app/_ui/password-input";
import { useConfirmSecondFactor, useStartSecondFactor } from "@/lib/identity/accounts/second-factor/queries";
import { CodesDialog } from "./recovery-codes";

type Begun = { secret: string; uri: string };

/**
 * Turns two-factor authentication on in three steps: the password, the app's first code, the recovery codes. An account
 * without a password needs a fresh sign-in instead, which the server asks for.
 */
export default function SetUpDialog({ hasPassword, onClose }: { hasPassword: boolean; onClose: () => void }) {
  const [begun, setBegun] = useState<Begun>();
  const [codes, setCodes] = useState<string[]>();
  if (codes) return <CodesDialog title="Two-factor authentication is on" codes={codes} onClose={onClose} />;
  if (begun) return <Scan {...begun} onDone={setCodes} onClose={onClose} />;
  return <Begin hasPassword={hasPassword} onBegun={setBegun} onClose={onClose} />;
}

type BeginProps = { hasPassword: boolean; onBegun: (begun: Begun) => void; onClose: () => void };

function Begin({ hasPassword, onBegun, onClose }: BeginProps) {
  const start = useStartSecondFactor();
  return (
    <ContractDialog
      title="Set up an authenticator app"
      description="You need an authenticator app, for example Aegis, 2FAS, Google Authenticator or a password manager."
      verb="Continue"
      load={() => import("@/lib/identity/accounts/second-factor/contract").then((one) => one.startSecondFactor.body)}
      defaultValues={{ password: hasPassword ? "" : undefined }}
      send={async (body) => onBegun(await start.mutateAsync(body))}
      onClose={onClose}
    >
      {({ field, errorOf }) =>
        hasPassword ? (
          <Field label="Current password" error={errorOf("password")}>
            <PasswordInput autoComplete="current-password" autoFocus {...field("password")} />
          </Field>
        ) : null
      }
    </ContractDialog>
  );
}

function Scan({ secret, uri, onDone, onClose }: Begun & { onDone: (codes: string[]) => void; onClose: () => void }) {
  const confirm = useConfirmSecondFactor();
  return (
    <ContractDialog
      title="Scan this with your app"
      description="Then enter the six digits that the app shows."
      verb="Turn on"
      load={() => import("@/lib/identity/accounts/second-factor/contract").then((one) => one.confirmSecondFactor.body)}
      defaultValues={{ otp: "" }}
      send={async (body) => onDone((await confirm.mutateAsync(body)).recovery_codes)}
      onClose={onClose}
    >
      {({ field, errorOf }) => (
        <>
          <QrCode text={uri} label="QR code with the secret for your authenticator app" />
          <details className="text-[13px] text-muted">
            <summary>You cannot scan it?</summary>
            <p className="my-2">Enter this key in the app by hand:</p>
            <CodeBlock code={secret} wrap />
          </details>
          <Field label="Code from the app" error={errorOf("otp")}>
            <Input autoComplete="one-time-code" inputMode="numeric" {...field("otp")} />
          </Field>
        </>
      )}
    </ContractDialog>
  );
}

/** Draws a QR code, dark on white in every theme because cameras expect it so. */
function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const { size: width, data } = encode(text, { border: 4 });
    const squares = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")));
    return { size: width, path: squares.join("") };
  }, [text]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      className="mx-auto block size-48 rounded-md bg-white"
      shapeRendering="crispEdges"
    >
      <path d={path} fill="black" />
    </svg>
  );
}

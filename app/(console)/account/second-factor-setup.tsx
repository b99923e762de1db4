"use client";
import { useId, useMemo, useState } from "react";
import { encode } from "uqr";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { CodeBlock } from "@/app/_ui/code-block";
import { Dialog } from "@/app/_ui/dialog";
import { Field, Input } from "@/app/_ui/input";
import { useConfirmSecondFactor, useStartSecondFactor } from "@/lib/identity/accounts/second-factor/queries";
import { RecoveryCodes } from "./recovery-codes";

type Begun = { secret: string; uri: string };

/** Turns two-factor authentication on in three steps: the password, the app's first code, the recovery codes. */
export default function SetUpDialog({ onClose }: { onClose: () => void }) {
  const [begun, setBegun] = useState<Begun>();
  const [codes, setCodes] = useState<string[]>();
  if (codes) return <Done codes={codes} onClose={onClose} />;
  if (begun) return <Scan {...begun} onDone={setCodes} onClose={onClose} />;
  return <Begin onBegun={setBegun} onClose={onClose} />;
}

function Begin({ onBegun, onClose }: { onBegun: (begun: Begun) => void; onClose: () => void }) {
  const id = useId();
  const start = useStartSecondFactor();
  const { field, formProps, ready, busy, problem, waitSeconds, errorOf } = useContractForm(
    () => import("@/lib/identity/accounts/second-factor/contract").then((one) => one.startSecondFactor.body),
    { password: "" },
    async (body) => onBegun(await start.mutateAsync(body)),
  );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Set up two-factor authentication"
      description="You need an authenticator app, for example Aegis, 2FAS, Google Authenticator or a password manager."
      className="max-w-md"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" loading={busy} disabled={!ready || waitSeconds > 0}>
            Continue
          </Button>
        </>
      }
    >
      <form id={id} {...formProps} className="space-y-4">
        <FormProblem problem={problem} waitSeconds={waitSeconds} />
        <Field label="Current password" error={errorOf("password")}>
          <Input type="password" autoComplete="current-password" autoFocus {...field("password")} />
        </Field>
      </form>
    </Dialog>
  );
}

function Scan({ secret, uri, onDone, onClose }: Begun & { onDone: (codes: string[]) => void; onClose: () => void }) {
  const id = useId();
  const confirm = useConfirmSecondFactor();
  const { field, formProps, ready, busy, problem, waitSeconds, errorOf } = useContractForm(
    () => import("@/lib/identity/accounts/second-factor/contract").then((one) => one.confirmSecondFactor.body),
    { otp: "" },
    async (body) => onDone((await confirm.mutateAsync(body)).recovery_codes),
  );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Scan this with your app"
      description="Then enter the six digits that the app shows."
      className="max-w-md"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" loading={busy} disabled={!ready || waitSeconds > 0}>
            Turn on
          </Button>
        </>
      }
    >
      <form id={id} {...formProps} className="space-y-4">
        <FormProblem problem={problem} waitSeconds={waitSeconds} />
        <QrCode text={uri} label="QR code with the secret for your authenticator app" />
        <details className="text-[13px] text-muted">
          <summary>You cannot scan it?</summary>
          <p className="my-2">Enter this key in the app by hand:</p>
          <CodeBlock code={secret} wrap />
        </details>
        <Field label="Code from the app" error={errorOf("otp")}>
          <Input autoComplete="one-time-code" inputMode="numeric" {...field("otp")} />
        </Field>
      </form>
    </Dialog>
  );
}

function Done({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Two-factor authentication is on"
      description="Save your recovery codes now."
      className="max-w-md"
      footer={
        <Button variant="primary" onClick={onClose}>
          I saved them
        </Button>
      }
    >
      <RecoveryCodes codes={codes} />
    </Dialog>
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

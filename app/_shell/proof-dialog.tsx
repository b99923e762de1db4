"use client";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { Field, Input } from "@/app/_ui/input";
import { PasswordInput } from "@/app/_ui/password-input";
import { stepUp } from "@/generated/calls/identity/accounts/step-up";
import { errorText, request } from "@/lib/client/api";
import { proveByPasskey } from "@/lib/client/passkeys";
import { settleProof } from "@/lib/client/proof";
import type { StepUpWay } from "@/lib/identity/accounts/step-up/contract";
import { ContractDialog } from "./contract-dialog";
import { FormProblem } from "./form-problem";

const TITLE = "Confirm that it is you";
const WHY =
  "You are changing something that protects your account or this server. You are asked again after 15 minutes.";
const decline = () => settleProof(false);

/** Asks for a proof that it is still the signed-in person who uses this page. */
export default function ProofDialog({ ways }: { ways: readonly StepUpWay[] }) {
  const hasPasskey = ways.includes("passkey");
  if (ways.includes("password")) return <PasswordProof needsCode={ways.includes("otp")} hasPasskey={hasPasskey} />;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && decline()}
      title={TITLE}
      description={
        hasPasskey ? WHY : "You signed in more than 15 minutes ago. Sign out, sign in again, then repeat this."
      }
      className="max-w-md"
      footer={<Button onClick={decline}>{hasPasskey ? "Cancel" : "Close"}</Button>}
    >
      {hasPasskey ? <PasskeyProof /> : null}
    </Dialog>
  );
}

function PasswordProof({ needsCode, hasPasskey }: { needsCode: boolean; hasPasskey: boolean }) {
  return (
    <ContractDialog
      title={TITLE}
      description={WHY}
      verb="Confirm"
      load={() => import("@/lib/identity/accounts/step-up/contract").then((one) => one.stepUp.body)}
      defaultValues={{ password: "", otp: undefined }}
      send={async (body) => {
        await request(stepUp, { body });
        settleProof(true);
      }}
      onClose={decline}
    >
      {({ field, errorOf }) => (
        <>
          {hasPasskey ? <PasskeyProof /> : null}
          <Field label="Current password" error={errorOf("password")}>
            <PasswordInput autoComplete="current-password" autoFocus {...field("password")} />
          </Field>
          {needsCode ? (
            <Field label="Code" error={errorOf("otp")} hint="From your authenticator app, or a recovery code.">
              <Input autoComplete="one-time-code" {...field("otp")} />
            </Field>
          ) : null}
        </>
      )}
    </ContractDialog>
  );
}

function PasskeyProof() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const prove = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await request(stepUp, { body: { passkey: await proveByPasskey() } });
      settleProof(true);
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <FormProblem problem={problem ? errorText(problem) : undefined} />
      <Button className="w-full" loading={busy} onClick={() => void prove()}>
        <KeyRound />
        Use a passkey
      </Button>
    </>
  );
}

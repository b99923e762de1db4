/**
 * The browser's side of passkeys. The library that talks to authenticators is loaded when a passkey is used; so pages stay
 * small for people who have none.
 */
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import {
  addPasskey,
  signInWithPasskey,
  startPasskey,
  startPasskeySignIn,
} from "@/generated/calls/identity/accounts/passkeys";
import { startStepUp } from "@/generated/calls/identity/accounts/step-up";
import { type BodyOf, request } from "./api";

type Options = Record<string, unknown>;
type Asserted = BodyOf<typeof signInWithPasskey>;

const library = () => import("@simplewebauthn/browser");

const REFUSALS: Record<string, string> = {
  NotAllowedError: "No passkey was used: the browser's dialog was closed, or it took too long.",
  InvalidStateError: "This device already has a passkey for your account.",
  SecurityError: "Passkeys do not work at this address. Open Muster at its public address.",
  NotSupportedError: "This device cannot hold a passkey that verifies you. Try another one.",
};

/** Runs the browser's dialog. @throws Error with a text for a person */
async function withBrowser<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const { name } = error as Error;
    throw new Error(REFUSALS[name] ?? "This passkey could not be used. Try again.", { cause: error });
  }
}

async function assertion(options: Options, isAutofill = false): Promise<Asserted["credential"]> {
  const { startAuthentication } = await library();
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON;
  return (await startAuthentication({ optionsJSON, useBrowserAutofill: isAutofill })) as Asserted["credential"];
}

/** Creates a passkey on this device and adds it to the account. */
export async function createPasskey(name: string) {
  const { ticket, options } = await request(startPasskey, {});
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON;
  const created = await withBrowser(async () => (await library()).startRegistration({ optionsJSON }));
  const credential = created as BodyOf<typeof addPasskey>["credential"];
  return request(addPasskey, { body: { name, ticket, credential } });
}

/** Signs in with a passkey that the person chooses in the browser's dialog. */
export async function signInByPasskey(): Promise<void> {
  const { ticket, options } = await request(startPasskeySignIn, {});
  const credential = await withBrowser(() => assertion(options));
  await request(signInWithPasskey, { body: { ticket, credential } });
}

/** Answers a step-up with one of the person's own passkeys. */
export async function proveByPasskey(): Promise<Asserted> {
  const { ticket, options } = await request(startStepUp, {});
  return { ticket, credential: await withBrowser(() => assertion(options)) };
}

/** A challenge is replaced before it expires after ten minutes. */
const RENEW_MS = 540_000;

/**
 * Offers passkeys in the autofill list of the username field, until one is chosen or `signal` aborts. Another use of a
 * passkey on this page ends it as well.
 *
 * @returns whether somebody signed in
 */
export async function signInByAutofill(signal: AbortSignal): Promise<boolean> {
  const { browserSupportsWebAuthnAutofill, WebAuthnAbortService } = await library();
  if (!(await browserSupportsWebAuthnAutofill())) return false;
  while (!signal.aborted) {
    const { ticket, options } = await request(startPasskeySignIn, { signal });
    let isRenewed = false;
    const renewal = setTimeout(() => {
      isRenewed = true;
      WebAuthnAbortService.cancelCeremony();
    }, RENEW_MS);
    try {
      const credential = await assertion(options, true);
      await request(signInWithPasskey, { body: { ticket, credential } });
      return true;
    } catch (error) {
      if (!isRenewed) throw error;
    } finally {
      clearTimeout(renewal);
    }
  }
  return false;
}

/** The mails of a change of address: a link to the new one, notices to the old one. */
import type { Mail } from "@/lib/core/mail";
import type { UserRecord } from "@/lib/identity/accounts/store.rows";

export type Letters = {
  sendMail: (mail: Mail) => Promise<string>;
  /** This server's public address, without a slash at the end. */
  publicUrl: string;
};
type Person = Pick<UserRecord, "username" | "email" | "email_verified">;

const textOf = (lines: string[]) => `${lines.join("\n\n")}\n`;

/** Sends the link to the new address. @returns false when that address was sent too many mails */
export async function sendConfirmation(
  { sendMail, publicUrl }: Letters,
  { username }: Person,
  { to, token, expiresAt }: { to: string; token: string; expiresAt: number },
): Promise<boolean> {
  const text = textOf([
    `Hello ${username},`,
    "Open this link within 24 hours to make this the email address of your account:",
    `${publicUrl}/confirm-email?token=${encodeURIComponent(token)}`,
    "If you did not request this, ignore this message: nothing changes.",
  ]);
  return (
    (await sendMail({ kind: "verification", expiresAt, to, subject: "Confirm your new email address", text })) !==
    "limited"
  );
}

/** Tells the owner of an address that somebody wants it for another account. @returns false when it was sent too many mails */
export async function sendTaken({ sendMail }: Letters, { username, email }: Person): Promise<boolean> {
  const text = textOf([
    `Hello ${username},`,
    "Somebody tried to use your email address for another account. Your account keeps it: nothing has changed.",
  ]);
  return (
    (await sendMail({ kind: "verification", to: email, subject: "Your email address is in use", text })) !== "limited"
  );
}

/** A mail to the old address, which may not count as verified any more. */
const notice = ({ email_verified }: Person): Pick<Mail, "kind" | "isConfirmed"> =>
  email_verified === null ? { kind: "verification" } : { kind: "notification", isConfirmed: true };

/** @param link "That wasn't me" */
export async function sendRequested({ sendMail }: Letters, person: Person, to: string, link: string): Promise<void> {
  const text = textOf([
    `Hello ${person.username},`,
    `Somebody who is signed in to your account wants to change its email address to ${to}.`,
    "If that was you, open the link in the email to that address. If not, open this link within seven days to lock your account:",
    link,
  ]);
  await sendMail({ ...notice(person), to: person.email, subject: "Your email address is about to change", text });
}

/** @param link "That wasn't me" */
export async function sendMoved({ sendMail }: Letters, person: Person, to: string, link: string): Promise<void> {
  const text = textOf([
    `Hello ${person.username},`,
    `The email address of your account is now ${to}. We no longer send email to this address.`,
    "If that wasn't you, open this link within seven days to get your account back:",
    link,
  ]);
  await sendMail({ ...notice(person), to: person.email, subject: "Your email address was changed", text });
}

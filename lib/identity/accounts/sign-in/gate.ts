/** Closes sign-in by password on servers that use single sign-on alone (AUTH_PASSWORD=off). */
import { AppError } from "@/lib/core/errors";

/** @param ways the names of the other ways to sign in; undefined while passwords are accepted */
export const createPasswordGate =
  (ways: string[] | undefined, publicUrl: string, act?: string) =>
  <A extends unknown[], R>(work: (...args: A) => R): ((...args: A) => R) => {
    if (ways === undefined) return work;
    const where = act === undefined ? ` at ${publicUrl}/login` : "";
    const text = `Sign-in with a password is off on this server: ${act ?? "sign in"} with ${ways.join(" or ")}${where}`;
    return () => {
      throw new AppError("FORBIDDEN", text, { login_url: `${publicUrl}/login` });
    };
  };

/**
 * The refusal to remove an account's last way to sign in.
 *
 * @param acceptsPasswords  false while AUTH_PASSWORD is off: a password would be no other way
 */
export const onlyWay = (acceptsPasswords: boolean) =>
  new AppError(
    "CONFLICT",
    `It is the only way into your account: ${acceptsPasswords ? "set a password first, by way of the reset link (Forgot password)" : "link another provider first"}`,
  );

const OFF = "AUTH_PASSWORD is off on this server, so nobody can sign in with a password";

/** The refusal to create an account whose owner would choose a password, where AUTH_PASSWORD is off. */
export const noPasswordAccount = () =>
  new AppError(
    "CONFLICT",
    `${OFF}: invite the person by POST /api/invitations instead. A sign-in provider accepts the invitation`,
    { path: "/api/invitations" },
  );

/** The refusal to make a link that sets a password, where AUTH_PASSWORD is off. */
export const noResetLink = () =>
  new AppError(
    "CONFLICT",
    `${OFF}: the person signs in with a provider. If no provider is linked to the account, make a link on the server by \`npm run login-link -- <username>\`; signed in with it, the person links one`,
  );

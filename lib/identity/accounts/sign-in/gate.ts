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

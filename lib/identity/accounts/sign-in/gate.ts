/** Closes sign-in by password on servers that use single sign-on alone (AUTH_PASSWORD=off). */
import { AppError } from "@/lib/core/errors";

/** @param ways the names of the other ways to sign in; undefined while passwords are accepted */
export const createPasswordGate =
  (ways: string[] | undefined, publicUrl: string) =>
  <A extends unknown[], R>(work: (...args: A) => R): ((...args: A) => R) => {
    if (ways === undefined) return work;
    const text = `Sign-in with a password is off on this server: sign in with ${ways.join(" or ")} at ${publicUrl}/login`;
    return () => {
      throw new AppError("FORBIDDEN", text, { login_url: `${publicUrl}/login` });
    };
  };

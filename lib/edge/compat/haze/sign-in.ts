/** Adapts sign-ins for the app: the person as flat fields, with the words of the app for roles and rights. */
import { type AdapterOf, bearerText } from "@/lib/edge/http";
import { isAppJwt } from "@/lib/identity/accounts";
import type { getMe, login } from "@/lib/identity/accounts/contract";
import { isHazeApp } from "./contract.headers";
import { shownPermissions, wordOfRole } from "./roles";

/** `GET /api/auth/me`: `user` is the name. The app signs out whoever did not come by Discord. */
export const ofMe: AdapterOf<typeof getMe.response> = {
  reply: ({ user, role, permissions, ...me }) => ({
    ...me,
    user: user.username,
    account: user,
    role: wordOfRole(role),
    permissions: shownPermissions(role, permissions),
  }),
};

/** `POST /api/auth/login` and `/refresh`: `discord_id` is text for everybody. */
export const ofSignIn: AdapterOf<typeof login.response> = {
  reply: ({ user, role, discord_id, permissions, ...session }) => ({
    ...session,
    user: user.username,
    account: user,
    role: wordOfRole(role),
    discord_id: discord_id ?? "legacy_user",
    permissions: shownPermissions(role, permissions),
  }),
};

/**
 * Returns whether a refresh is the app's. Its client sends the token alone, without the headers that name the app, so the token
 * says whether it was issued to the app. Like the headers, that chooses words and never a right.
 */
export const isAppRefresh = (header: (name: string) => string | undefined): boolean =>
  isHazeApp(header) || isAppJwt(bearerText(header("authorization")) ?? "");

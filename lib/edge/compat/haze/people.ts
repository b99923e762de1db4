/** The app's words for roles where people are shown. */
import type { listAppSessions } from "@/lib/community/analytics/contract.app";
import type { AdapterOf } from "@/lib/edge/http";
import type { Role } from "@/lib/identity/accounts/contract";
import type { getOwnProfile } from "@/lib/identity/accounts/contract.community";
import { wordOfRole } from "./roles";

export const ofProfile: AdapterOf<typeof getOwnProfile.response> = {
  reply: ({ profile, ...rest }) => ({ ...rest, profile: { ...profile, role: wordOfRole(profile.role) } }),
};

export const ofAppSessions: AdapterOf<typeof listAppSessions.response> = {
  reply: ({ sessions, ...rest }) => ({
    ...rest,
    sessions: sessions.map((session) => ({ ...session, role: wordOfRole(session.role as Role) })),
  }),
};

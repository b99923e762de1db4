/**
 * Calls of the app that do not work for a role that uses them, with the reason. The replay expects each of them to fail, so that
 * a call leaves this list with the change that makes it work.
 */
import type { AppRole } from "./003.app.calls";

type Pending = { reason: string; calls: string[]; roles?: AppRole[] };

export const PENDING: Pending[] = [
  {
    reason: "Document 003: the whole configuration is for admins only; moderators never change roles.",
    calls: ["getConfig", "updateRolesConfig", "resetRolesConfig"],
    roles: ["moderator"],
  },
  {
    reason: "Document 003: admins only.",
    calls: ["triggerRankCheck"],
    roles: ["moderator"],
  },
  {
    reason: "Document 003: cogs and active sessions are for admins only.",
    calls: ["getActiveSessions", "getCogs", "unloadCog", "loadCog", "reloadCog", "getCogLogs"],
    roles: ["moderator"],
  },
  {
    reason: "Document 003: the settings of tickets are for admins only.",
    calls: ["updateTicketConfig", "resetTicketConfig"],
    roles: ["moderator"],
  },
  {
    reason: "Document 003: only admins delete tickets.",
    calls: ["deleteTicket"],
    roles: ["moderator"],
  },
];

export const pendingReason = (name: string, role: AppRole): string | undefined =>
  PENDING.find(({ calls, roles }) => calls.includes(name) && (roles?.includes(role) ?? true))?.reason;

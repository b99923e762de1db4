/** The room of analytics on a real database, with a clock that the tests move and several processes if they like. */
import { afterAll, beforeAll, beforeEach } from "vitest";
import { createCollector } from "@/lib/community/analytics/collector";
import { Analytics, getAnalyticsSettings, listActiveSessions } from "@/lib/community/analytics/contract";
import { createAnalyticsJobs } from "@/lib/community/analytics/jobs";
import { createAnalyticsService } from "@/lib/community/analytics/service";
import { createAnalyticsStore } from "@/lib/community/analytics/store";
import { createAnalyticsReader } from "@/lib/community/analytics/store.read";
import type { Actor, Role, UserActor } from "@/lib/core/actor";
import { db } from "@/lib/core/db";
import type { databases, TestDatabase } from "@/tests/db/databases";
import { aStoredUser, openRoom } from "@/tests/db/rooms";

export const MINUTE = 60_000;
export const web = { "user-agent": "Mozilla/5.0 (X11; Linux) Chrome/140.0 Safari/537.36" };
export const phone = { "x-client-platform": "android", "x-client-version": "1.2" };
export const headers = (all: Record<string, string>) => (name: string) => all[name];

export const actor = (user_id: number, role: Role = "user", over: Partial<UserActor> = {}): UserActor => ({
  kind: "user",
  user_id,
  username: `u${user_id}`,
  email: "",
  fullname: "",
  role,
  scope: "admin",
  created_at: "",
  session_id: `login${user_id}`,
  ...over,
});
export const admin = actor(1, "admin");

/** Opens it for the tests of one `describe`: people 1 to 3 have accounts, and it is noon on 10 March 2026. */
export function openAnalytics(kind: (typeof databases)[number]) {
  const clock = { at: 0 };
  const now = () => clock.at;
  const failures: unknown[] = [];
  const signedOut: string[] = [];
  let ids = 0;

  /** One process of several on the same database. */
  function aProcess() {
    const store = createAnalyticsStore(() => `sess_${++ids}`);
    const onError = (error: unknown) => void failures.push(error);
    const collector = createCollector({ store, now, onError });
    const service = createAnalyticsService({
      store,
      reader: createAnalyticsReader(),
      collector,
      now,
      signOut: async (_actor, id) => void signedOut.push(id),
    });
    return { store, collector, service, chores: createAnalyticsJobs({ store, now }) };
  }

  const room = {
    clock,
    failures,
    signedOut,
    aProcess,
    /** The process that most tests use; a fresh one for each. */
    one: undefined as unknown as ReturnType<typeof aProcess>,
    database: undefined as unknown as TestDatabase,
    sessions: () =>
      room.database.all<{
        id: string;
        day: string;
        ended_at: number | null;
        started_at: number;
        last_activity: number;
      }>("SELECT id, day, ended_at, started_at, last_activity FROM analytics_session ORDER BY started_at, id"),
    days: () =>
      room.database.all<Record<string, unknown>>("SELECT * FROM analytics_day ORDER BY day, feature, platform"),
    goTo(text: string): void {
      clock.at = Date.parse(text);
    },
    report: async (caller: Actor, days: number) => Analytics.parse(await room.one.service.report(caller, days)),
    activeSessions: async (caller: Actor) =>
      listActiveSessions.response.parse(await room.one.service.activeSessions(caller)),
    settings: async (caller: Actor) => getAnalyticsSettings.response.parse(await room.one.service.settings(caller)),

    /** People 2 and 3 come on 8 March, and 2 again on the 9th. */
    async twoDays(): Promise<void> {
      for (const [time, who, client] of [
        ["2026-03-08T10:00:00Z", 2, web],
        ["2026-03-08T10:05:00Z", 2, web],
        ["2026-03-08T11:00:00Z", 3, phone],
        ["2026-03-09T23:50:00Z", 2, web],
      ] as const) {
        room.goTo(time);
        room.one.service.seen(actor(who), headers(client));
        room.one.service.acted(actor(who), "POST", "/api/tickets");
        await room.one.collector.flush();
      }
    },
  };

  beforeAll(async () => {
    room.database = await openRoom(kind);
  });
  afterAll(() => room.database.close());
  beforeEach(async () => {
    for (const table of ["analytics_use", "analytics_session", "analytics_user", "analytics_day", "setting", '"user"'])
      await db().run(`DELETE FROM ${table}`);
    for (const id of [1, 2, 3]) await aStoredUser({ id });
    failures.length = 0;
    signedOut.length = 0;
    clock.at = Date.parse("2026-03-10T12:00:00Z");
    room.one = aProcess();
  });
  return room;
}

/** The limits of what a team owns hold when several requests add at the same moment, on both databases. */
import { describe, expect, it } from "vitest";
import { RuleInput } from "@/lib/operations/alerts/rules/contract";
import { watchedAlerts } from "@/tests/alerts";
import { databases } from "@/tests/db/databases";

const MAX = 3;
const TEAM = 7;

describe.each(databases)("limits on $provider", (database) => {
  const { now, rules, channels } = watchedAlerts(database);

  /** Makes ten requests at once and returns how many were accepted. */
  async function accepted(add: (id: string) => Promise<boolean>): Promise<number> {
    const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => add(`n${at}`)));
    return answers.filter(Boolean).length;
  }

  it("adds no more alert rules than a team may have", async () => {
    const rule = RuleInput.parse({ name: "Offline", metric: "bot_offline", threshold: 60 });
    expect(await accepted((id) => rules.add(id, TEAM, rule, now(), MAX))).toBe(MAX);
  });

  it("adds no more alert channels than a team may have", async () => {
    const channel = {
      ...({ team_id: TEAM, global: 0, kind: "webhook", name: "Phone", address: "sealed", hint: "a.test" } as const),
      ...({ min_severity: "low", created_at: now(), confirmed_at: null, created_by: TEAM } as const),
    };
    expect(await accepted((id) => channels.add({ ...channel, id }, MAX))).toBe(MAX);
  });
});

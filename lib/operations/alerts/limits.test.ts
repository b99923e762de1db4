/** The limits of what a team owns hold when several requests add at the same moment, on both databases. */
import { describe, expect, it } from "vitest";
import { RuleInput } from "@/lib/operations/alerts/rules/contract";
import { LOG_RULES_MAX } from "@/lib/operations/alerts/rules/contract.constants";
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

  it("adds no more rules that count log lines than a team may have, and turns none into one", async () => {
    const rule = RuleInput.parse({ name: "Lost", metric: "log_match", query: "lost", threshold: 1 });
    const answers = await Promise.allSettled(
      Array.from({ length: LOG_RULES_MAX + 5 }, (_, at) => rules.add(`n${at}`, TEAM, rule, now(), 50)),
    );
    const refused = answers.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(5);
    expect(refused[0]).toMatchObject({ reason: { code: "CONFLICT", details: { field: "metric" } } });
    const other = RuleInput.parse({ name: '"metric":"log_match"', metric: "bot_offline", threshold: 60 });
    expect(await rules.add("other", TEAM, other, now(), 50)).toBe(true);
    await expect(rules.put("other", rule, now(), { teamId: TEAM })).rejects.toMatchObject({ code: "CONFLICT" });
    const [kept] = await rules.enabled("log_match");
    expect(await rules.put(kept!.rule_id, { ...rule, threshold: 2 }, now(), { teamId: TEAM })).toEqual([]);
    expect(await rules.put(kept!.rule_id, other, now(), { teamId: TEAM })).toEqual([]);
    expect(await rules.put("other", rule, now(), { teamId: TEAM })).toEqual([]);
    expect(await rules.enabled("log_match")).toHaveLength(LOG_RULES_MAX);
  });

  it("adds no more alert channels than a team may have", async () => {
    const channel = {
      ...({ team_id: TEAM, global: 0, kind: "webhook", name: "Phone", address: "sealed", hint: "a.test" } as const),
      ...({ min_severity: "low", created_at: now(), confirmed_at: null, created_by: TEAM } as const),
    };
    expect(await accepted((id) => channels.add({ ...channel, id }, MAX))).toBe(MAX);
  });
});

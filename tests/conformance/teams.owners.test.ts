/** Which team may own a new thing: the same answers for bots, alert rules, channels, schedules, maintenance windows, status pages and webhooks. */
import { beforeAll, describe, expect, it } from "vitest";
import { errorOf } from "../api";
import { aUser, type TestUser, theAdmin, unique } from "../factories";

const RULE = { name: "Failing", metric: "failed_commands", threshold: 1, window_s: 600, severity: "high" };
const THINGS: [string, object][] = [
  ["POST /api/my-bots", { name: "Greeter" }],
  ["POST /api/alert-rules", RULE],
  ["POST /api/alert-rules/dry-run", RULE],
  ["POST /api/alert-channels", { kind: "webhook", name: "Pager", url: "https://pager.example.org/alerts" }],
  ["POST /api/schedules", { name: "Nightly", every_minutes: 60, time_zone: "UTC", filter: {}, type: "restart" }],
  ["POST /api/maintenance-windows", { name: "Upgrade", cron: "0 3 * * 0", duration_minutes: 60 }],
  ["POST /api/status-pages", { title: "Bots", slug: unique("bots") }],
  ["POST /api/webhooks", { name: "Pager", kinds: ["bot.status_changed"], url: "https://pager.example.org/facts" }],
];
const UNKNOWN = 2_000_000_000;

let owner: TestUser;
let operator: TestUser;
let stranger: TestUser;
let admin: TestUser;
let team_id: number;

beforeAll(async () => {
  [owner, operator, stranger] = [await aUser(), await aUser(), await aUser()];
  admin = await theAdmin();
  ({ id: team_id } = (await owner.api.send("POST /api/teams", { body: { name: "Night shift" } })).json.team);
  const body = { user_id: operator.id, role: "operator" };
  await owner.api.send("POST /api/teams/{team_id}/members", { params: { team_id: String(team_id) }, body });
});

describe.each(THINGS)("%s", (line, body) => {
  const refusalOf = async (who: TestUser, team: number) => {
    const { status, json } = await who.api.send(line, { body: { ...body, team_id: team } });
    const { error: message, details } = errorOf(json);
    return { status, message, field: details?.field };
  };

  it("refuses a team that does not exist, or in which the caller has no role", async () => {
    const missing = (id: number) => ({ status: 404, message: `No team ${id}`, field: "team_id" });
    expect(await refusalOf(admin, UNKNOWN)).toEqual(missing(UNKNOWN));
    expect(await refusalOf(owner, UNKNOWN)).toEqual(missing(UNKNOWN));
    expect(await refusalOf(stranger, team_id)).toEqual(missing(team_id));
  });

  it("refuses the personal team of somebody else, even for an admin", async () => {
    for (const who of [admin, stranger])
      expect(await refusalOf(who, owner.id)).toMatchObject({ status: 404, message: `No team ${owner.id}` });
  });

  it("needs the role maintainer, and says so in the same sentence", async () => {
    const message = 'This needs the role "maintainer" on the team; you have "operator"';
    expect(await refusalOf(operator, team_id)).toMatchObject({ status: 403, message });
  });
});

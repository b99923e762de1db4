/** The report of a status page, computed from given bots and changes. */
import { describe, expect, it } from "vitest";
import { DAY_MS, type Known, type Line, lineOf, maintenanceOf, outagesOf, pageState } from "./report";

const AT = 100 * DAY_MS;
const bot = (id: string, more: object = {}) => ({
  ...{ id, name: `Bot ${id}`, status: "online", reported: true, created_at: 0, ...more },
});
const line = (...bots: Line["bots"]): Line => ({
  component: bots.length === 1 ? { name: "", bot_id: bots[0]!.id } : { name: "", tag: "night" },
  bots,
});
const known = (more: Partial<Known> = {}): Known => ({ at: AT, changes: new Map(), windows: new Map(), ...more });
const active = { starts_at: AT - 1, ends_at: AT + 1, is_active: true };

describe("the state of a line", () => {
  const [up, down, silent] = [bot("up"), bot("down", { status: "offline" }), bot("new", { reported: false })];
  const served = known({ windows: new Map([["down", [active]]]) });
  it.each([
    ["operational", line(up), known()],
    ["outage", line(down), known()],
    ["degraded", line(up, down), known()],
    ["operational", line(bot("busy", { status: "playing" })), known()],
    ["degraded", line(bot("ill", { status: "Error" })), known()],
    ["outage", line(down, silent), known()],
    ["unknown", line(silent), known()],
    ["unknown", line(), known()],
    ["maintenance", line(down), served],
    ["maintenance", line(up, down), served],
  ] as const)("is %s", (state, one, facts) => {
    expect(lineOf(one, facts).state).toBe(state);
  });
});

describe("uptime and outages", () => {
  const changes = new Map([
    [
      "a",
      [
        { status: "online", at: AT - 40 * DAY_MS },
        { status: "offline", at: AT - 2 * DAY_MS },
        { status: "online", at: AT - DAY_MS },
        { status: "offline", at: AT - 3_600_000 },
        { status: "online", at: AT - 3_590_000 },
      ],
    ],
  ]);
  it("count the time that a bot was offline", () => {
    const { days, uptime } = lineOf(line(bot("a")), known({ changes }));
    expect(days).toHaveLength(30);
    expect([days[27], days[28]]).toEqual([1, 0]);
    expect(uptime).toBeCloseTo(29 / 30, 3);
  });
  it("leave out restarts, and lines of several bots", () => {
    const found = outagesOf([line(bot("a")), line(bot("a"), bot("b"))], known({ changes }));
    expect(found).toEqual([
      {
        ...{ name: "Bot a", started_at: new Date(AT - 2 * DAY_MS).toISOString() },
        ended_at: new Date(AT - DAY_MS).toISOString(),
      },
    ]);
  });
  it("show an outage that goes on without an end", () => {
    const ongoing = new Map([["a", [{ status: "offline", at: AT - 3_600_000 }]]]);
    const [outage] = outagesOf([line(bot("a", { status: "offline" }))], known({ changes: ongoing }));
    expect(outage).toMatchObject({ ended_at: null });
  });
});

it("lists each time of maintenance once, with the lines that it concerns", () => {
  const windows = new Map([
    ["a", [active]],
    ["b", [active]],
  ]);
  const found = maintenanceOf([line(bot("a")), line(bot("b"))], known({ windows }));
  expect(found).toMatchObject([{ names: ["Bot a", "Bot b"], is_active: true }]);
});

describe("the state of a page", () => {
  const lines = (...states: ("operational" | "degraded" | "outage" | "maintenance" | "unknown")[]) =>
    states.map((state) => ({ state }));
  const minor = { impact: "minor", state: "identified" } as const;
  it.each([
    ["operational", [], []],
    ["operational", lines("operational", "unknown"), []],
    ["unknown", lines("unknown"), []],
    ["degraded", lines("operational", "outage"), []],
    ["outage", lines("outage", "outage"), []],
    ["maintenance", lines("operational", "maintenance"), []],
    ["degraded", lines("operational"), [minor]],
    ["outage", lines("operational"), [{ ...minor, impact: "major" }]],
    ["operational", lines("operational"), [{ impact: "major", state: "resolved" }]],
  ] as const)("is %s", (state, all, incidents) => {
    expect(pageState(all, incidents)).toBe(state);
  });
});

import { expect, it, vi } from "vitest";
import { changeAlerts } from "./contract";
import { changeAll } from "./queries";

const { request } = vi.hoisted(() => ({
  request: vi.fn(async (_call: unknown, { body }: { body: { ids: string[] } }) => ({ changed: body.ids.length })),
}));
vi.mock("@/lib/client/api", () => ({ request }));
vi.mock("./queries.live", () => ({ ALERTS: ["alerts"] }));

it("changes a selection of any size by calls that the server accepts", async () => {
  const ids = Array.from({ length: 450 }, (_, place) => `alert_${place}`);
  expect(await changeAll({ ids, action: "acknowledge" })).toEqual({ changed: 450 });
  const bodies = request.mock.calls.map(([, { body }]) => body);
  expect(bodies.every((body) => changeAlerts.body.safeParse(body).success)).toBe(true);
  expect(bodies.flatMap((body) => body.ids)).toEqual(ids);
});

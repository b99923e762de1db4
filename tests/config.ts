/** The configuration as an admin reads and changes it; it has its defaults before each test. */
import { afterAll, beforeAll, beforeEach } from "vitest";
import { SECTIONS, type SectionName } from "@/lib/core/settings/contract";
import { type TestUser, theAdmin } from "./factories";
import { closeSockets } from "./sockets";

export const NAMES = Object.keys(SECTIONS) as SectionName[];
export let admin: TestUser;
export const reset = (section: SectionName) => admin.api.send(`POST /api/config/${section}/reset`);
export const get = async (section: SectionName) => (await admin.api.send(`GET /api/config/${section}`)).json;
export const put = (section: SectionName, body: unknown, headers = {}) =>
  admin.api.send(`PUT /api/config/${section}`, { body, headers });
beforeAll(async () => {
  admin = await theAdmin();
});
beforeEach(async () => {
  for (const name of NAMES) await reset(name);
});
afterAll(async () => {
  for (const name of NAMES) await reset(name);
  closeSockets();
});

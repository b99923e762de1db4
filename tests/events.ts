/** People and a bot whose events tests listen to. */
import { afterEach, beforeAll } from "vitest";
import { aBot, aUser, type TestBot, type TestUser } from "./factories";
import { closeSockets } from "./sockets";

export const quiet = () => new Promise((resolve) => setTimeout(resolve, 300));
export let ada: TestUser;
export let eve: TestUser;
export let bot: TestBot;
/** Makes another bot of ada's, which no earlier test has used. */
export async function renewBot(): Promise<void> {
  bot = await aBot(ada);
}
export const params = () => ({ bot_id: bot.id });
beforeAll(async () => {
  [ada, eve] = await Promise.all([aUser(), aUser()]);
});
afterEach(closeSockets);

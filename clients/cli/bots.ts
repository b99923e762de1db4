/** `muster bots` and `muster send`. */
import { readJson, writeJson } from "../typescript/src/json.js";
import { cutText } from "../typescript/src/text.js";
import type { Options } from "./options.js";
import { type Account, account, ask, Trouble } from "./server.js";
import { endSession, openSession } from "./sign-in.js";
import { plain, print, printJson, printTable, usage } from "./terminal.js";

type Bot = { id: string; name: string; status: string };
type Command = { id: string; status: string; result: unknown; progress: number | null; progress_note: string | null };
const POLL_MS = 500;

/** Lists bots, all pages of them. */
async function listBots(me: Account, query = ""): Promise<Bot[]> {
  const found: Bot[] = [];
  for (let cursor: string | null | undefined = ""; cursor !== null && cursor !== undefined; ) {
    const more: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
    const page: { bots: Bot[]; next_cursor?: string | null } = await ask(me, `GET /api/bots?limit=500${query}${more}`);
    found.push(...page.bots);
    cursor = page.next_cursor;
  }
  return found;
}

/**
 * Returns the id of the bot that has this id or, in any case, this name. A text that fits no bot is returned as it is, and the
 * server then says that there is none.
 *
 * @throws Trouble when several bots have the name
 */
export async function botIdOf(me: Account, text: string): Promise<string> {
  const found = await listBots(me, `&search=${encodeURIComponent(cutText(text, 100))}`);
  if (found.some(({ id }) => id === text)) return text;
  const named = found.filter(({ name }) => name.toLowerCase() === text.toLowerCase());
  if (named.length > 1)
    throw new Trouble(
      `${named.length} bots are named "${text}"; give one of the ids ${named.map(({ id }) => id).join(", ")}`,
    );
  return named[0]?.id ?? text;
}

export async function bots(options: Options, [verb, name]: string[]): Promise<void> {
  const me = account(options);
  if (verb === undefined) {
    const found = await listBots(me);
    if (options.json) printJson(found);
    else printTable(found.map((bot) => [bot.status, bot.id, bot.name]));
  } else if (!name) usage(`bots ${verb} needs a name`);
  else if (verb === "create") {
    const { bot_id, token } = await ask<{ bot_id: string; token: string }>(me, "POST /api/my-bots", { name });
    if (options.json) printJson({ bot_id, token });
    else print(`BOT_ID=${bot_id}\nBOT_TOKEN=${token}`);
  } else if (verb === "token") {
    const id = await botIdOf(me, name);
    // The server wants a fresh proof of who asks, which a stored key is not.
    const { user } = await ask<{ user: { username: string } }>(me, "GET /api/auth/me");
    const session = { url: me.url, token: await openSession(me.url, user.username, options.provider) };
    const path = `/api/my-bots/${encodeURIComponent(id)}/regenerate-token`;
    const { token } = await ask<{ token: string }>(session, `POST ${path}`, {}).finally(() =>
      endSession(session.url, session.token),
    );
    if (options.json) printJson({ bot_id: id, token });
    else print(`BOT_ID=${id}\nBOT_TOKEN=${token}`);
  } else if (verb === "delete") {
    const id = await botIdOf(me, name);
    if (!options.yes)
      throw new Trouble(`This deletes ${id} with its commands, logs and messages; confirm it with --yes`);
    await ask(me, `DELETE /api/my-bots/${encodeURIComponent(id)}`);
    if (options.json) printJson({ bot_id: id, status: "deleted" });
    else print(`Deleted ${id}`);
  } else usage(`There is no "bots ${verb}"`);
}

export async function send(options: Options, [bot, type, payload = "{}"]: string[]): Promise<number> {
  if (!bot || !type) usage("send needs a bot and a type");
  let parsed: unknown;
  try {
    parsed = readJson(payload, "bigint");
  } catch {
    throw new Trouble(`The payload is not JSON: ${payload}`);
  }
  const me = account(options);
  const body = { bot_id: await botIdOf(me, bot), type, payload: parsed };
  let { command, delivery } = await ask<{ command: Command; delivery: { text: string } }>(
    me,
    "POST /api/commands",
    body,
  );
  if (!options.json) print(`${command.id}  ${delivery.text}`);
  if (!options.wait) {
    if (options.json) printJson(command);
    return 0;
  }
  for (let shown = ""; command.status === "pending"; ) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    ({ command } = await ask<{ command: Command }>(me, `GET /api/commands/${command.id}`));
    const now = command.progress === null ? "" : `${command.progress} %  ${plain(command.progress_note ?? "")}`;
    if (now !== shown && !options.json) print(now);
    shown = now;
  }
  if (options.json) printJson(command);
  else print(`${command.status}  ${writeJson(command.result)}`);
  return command.status === "completed" ? 0 : 1;
}

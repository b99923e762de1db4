/** A bot of the server as the tests of the adapters see it: by the API, as its owner. */
import { expect } from "vitest";
import { MusterBot } from "@/clients/typescript/src/index";
import { eventually } from "./eventually";
import { aBot, aUser } from "./factories";
import { theServer } from "./the-server";

export async function aManagedBot() {
  const ada = await aUser();
  const bot = await aBot(ada);
  const muster = new MusterBot({
    ...{ url: theServer().url, botId: bot.id, token: bot.token, version: "1.4.0" },
    onProblem: () => {},
  });
  const params = { bot_id: bot.id };
  const query = { bot_id: bot.id };
  return {
    bot,
    muster,
    /** Sends a command and waits for its outcome. */
    async run(type: string, payload: object = {}) {
      const { json } = await ada.api.send("POST /api/commands", { body: { bot_id: bot.id, type, payload } });
      return eventually(async () => {
        const one = await ada.api.send("GET /api/commands/{command_id}", { params: { command_id: json.command.id } });
        expect(one.json.command.status).not.toBe("pending");
        return one.json.command;
      });
    },
    status: async () => (await ada.api.send("GET /api/bot/{bot_id}/info", { params })).json.bot.status,
    messages: async () => (await ada.api.send("GET /api/messages", { query })).json.messages,
    logs: async () => (await ada.api.send("GET /api/logs", { query })).json.logs,
    data: async () => (await ada.api.send("GET /api/bot/{bot_id}/data", { params })).text,
    instances: async () => (await ada.api.send("GET /api/bot/{bot_id}/instances", { params })).json.instances,
    /** The numbers of one series of the bot that are known. */
    async metric(name: string): Promise<number[]> {
      const { json } = await ada.api.send("GET /api/series", { query: { ...query, names: `metric.${name}` } });
      return json.series
        .flatMap(({ values }: { values: (number | null)[] }) => values)
        .filter((n: unknown) => n !== null);
    },
  };
}

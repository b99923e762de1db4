/** The server of one worker's journeys, with its own data folder, so that journeys of two workers do not affect each other. */
import { join } from "node:path";
import { freePort, removeFolder, startServer, temporaryFolder } from "../tests/process";
import { ADMIN } from "./people";

export type JourneyServer = { url: string; outbox: string; stop(): Promise<number | null> };

export async function startJourneyServer(): Promise<JourneyServer> {
  const folder = temporaryFolder();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    DATA_DIR: folder,
    PORT: String(port),
    PUBLIC_URL: url,
    API_ADMIN_USER: ADMIN.username,
    API_ADMIN_PASS: ADMIN.password,
    API_TOKEN: "",
    PAGES_START: "boot",
    // Short, so that journeys see it; long for pictures, whose bots are only written about.
    BOT_OFFLINE_AFTER_S: process.env.SCREENSHOTS ? "3600" : "3",
  });
  return {
    url,
    outbox: join(folder, "outbox"),
    async stop() {
      const code = await server.stop();
      removeFolder(folder);
      return code;
    },
  };
}

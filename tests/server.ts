/**
 * The servers that the conformance tests talk to: built if their sources changed, one for each test file, handed out and
 * taken back over HTTP (tests/the-server.ts). A server that does not stop cleanly, or logged an unexpected failure, fails
 * the file that it was for.
 */
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import type { TestProject } from "vitest/node";
import { databases } from "./db/databases";
import { removeFolder, startServer, temporaryFolder } from "./process";
import { feedsStandin, TRACKER_KEY } from "./standins/feeds";
import type { TestServer } from "./the-server";

export const CORS_ORIGIN = "https://panel.example.org";

/** A mail server that keeps every mail as a file in `folder`. */
async function mailServer(folder: string): Promise<{ url: string; close(): Promise<void> }> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, _session, done) {
      let text = "";
      stream.setEncoding("utf8");
      stream.on("data", (chunk: string) => {
        text += chunk;
      });
      stream.on("end", () => {
        // Rename the complete file, so that readers never see a partial one.
        const file = join(folder, randomUUID());
        writeFileSync(file, text);
        renameSync(file, `${file}.eml`);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as { port: number };
  return {
    url: `smtp://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

type Started = { server: TestServer; stop(): Promise<void> };

/** Starts a server with a data folder, a database, a mailbox and feeds of its own. */
async function start(): Promise<Started> {
  const folder = temporaryFolder();
  const mailbox = join(folder, "mailbox");
  mkdirSync(mailbox);
  const mail = await mailServer(mailbox);
  // TEST_POSTGRES_URL makes the last of these PostgreSQL.
  const database = await databases.at(-1)!.open();
  const feeds = await feedsStandin();
  const server = await startServer({
    DATA_DIR: join(folder, "data"),
    DATABASE_URL: database.url,
    SMTP_URL: mail.url,
    CORS_ORIGINS: CORS_ORIGIN,
    BOT_OFFLINE_AFTER_S: "3",
    LOG_LEVEL: "info",
    // Sign-ins by Discord can start, but nothing listens at the address of Discord.
    DISCORD_CLIENT_ID: "1",
    DISCORD_CLIENT_SECRET: "unused",
    DISCORD_API_URL: "http://127.0.0.1:9/api",
    OAUTH_REDIRECT_ANDROID: "muster://oauth",
    OAUTH_REDIRECT_IOS: "muster://oauth",
    ROCKET_LEAGUE_API_URL: feeds.url,
    ROCKET_LEAGUE_API_KEY: TRACKER_KEY,
    REDDIT_API_URL: feeds.url,
    LEMMY_API_URL: feeds.url,
    MEME_TEMPLATES_API_URL: feeds.url,
  });
  const provider = database.url.startsWith("file:") ? "sqlite" : "postgresql";

  async function stop() {
    const code = await server.stop();
    await mail.close();
    await feeds.close();
    await database.close();
    removeFolder(folder);
    const failures = server
      .log()
      .split("\n")
      .filter((line) => /failed unexpectedly|unhandled rejection|breaks its contract/.test(line));
    if (failures.length > 0) {
      console.error(failures.slice(0, 20).join("\n"));
      throw new Error(`The server under test logged ${failures.length} unexpected failures`);
    }
    if (code !== 0) throw new Error(`The server under test ended with ${code}:\n${server.log().slice(-2000)}`);
  }
  return {
    server: { url: server.url, mailbox, cors: CORS_ORIGIN, database: provider, databaseUrl: database.url },
    stop,
  };
}

/**
 * Hands out a server of its own to each test file: `POST /` answers a TestServer, `DELETE /?url=…` stops it and answers
 * 500 with the reason when it did not end well. One more server than asked for is always starting, so that files rarely
 * wait for theirs.
 */
async function serverDesk(): Promise<{ url: string; close(): Promise<void> }> {
  const used = new Map<string, Started>();
  let spare = start();
  // A spare that fails is reported to the file that asks for it.
  spare.catch(() => {});

  async function handOut(): Promise<TestServer> {
    const next = spare;
    spare = start();
    spare.catch(() => {});
    const started = await next;
    used.set(started.server.url, started);
    return started.server;
  }
  async function takeBack(url: string): Promise<null> {
    const started = used.get(url);
    used.delete(url);
    await started?.stop();
    return null;
  }
  /*
   * Connections stay open until the end. A test may keep its own thread busy for as long as an idle connection lives, and
   * would then ask for the next server on a connection that is being closed.
   */
  const desk = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const { searchParams } = new URL(request.url!, "http://desk");
    const answer = request.method === "POST" ? handOut() : takeBack(searchParams.get("url")!);
    answer.then(
      (body) => response.end(JSON.stringify(body)),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  await new Promise<void>((resolve) => desk.listen(0, "127.0.0.1", resolve));
  const { port } = desk.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      desk.closeAllConnections();
      desk.close();
      // A file that ended before its time has left its server running.
      const stops = await Promise.allSettled([spare.then(({ stop }) => stop()), ...[...used.keys()].map(takeBack)]);
      const failed = stops.find((one) => one.status === "rejected");
      if (failed) throw failed.reason;
    },
  };
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // The API needs only the server bundle; `npm test` builds the pages before this runs.
  const build = spawnSync(process.execPath, ["scripts/build.mjs", "server"], { stdio: "inherit" });
  if (build.status) throw new Error("The server could not be built");
  const desk = await serverDesk();
  project.provide("serverDesk", desk.url);
  return desk.close;
}

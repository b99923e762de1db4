/**
 * The servers that the conformance tests talk to, one for each worker: built if their sources changed, started once for
 * all files, stopped with SIGTERM. A server that does not stop cleanly, or logged an unexpected failure, fails the run.
 */
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
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

/** Starts one worker's server with a data folder, a database, a mailbox and feeds of its own. */
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

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // The API needs only the server bundle; `npm test` builds the pages before this runs.
  const build = spawnSync(process.execPath, ["scripts/build.mjs", "server"], { stdio: "inherit" });
  if (build.status) throw new Error("The server could not be built");

  const starts = await Promise.allSettled(Array.from({ length: project.config.maxWorkers }, start));
  const started = starts.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  async function stopAll() {
    const stops = await Promise.allSettled(started.map(({ stop }) => stop()));
    const failed = [...starts, ...stops].find((one) => one.status === "rejected");
    if (failed) throw failed.reason;
  }
  // Stop the servers that have started when another one fails and ends the run.
  if (started.length < starts.length) await stopAll();
  project.provide(
    "servers",
    started.map(({ server }) => server),
  );
  return stopAll;
}

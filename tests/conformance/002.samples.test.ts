/**
 * Document 002's GraphQL operations and its WebSocket example. They run as they are with OPEN_OPS_API; without it they
 * are sent with a key. Ids and names that this server does not know are answered by the document's error.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Api, type Json } from "../api";
import { eventually } from "../eventually";
import { API_TOKEN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { type FilesStandin, filesStandin } from "../standins/files";
import { OPERATIONS, WEBSOCKET } from "./mltb-samples";

let files: FilesStandin;
beforeAll(async () => {
  files = await filesStandin();
});
afterAll(() => files.close());

describe.each([
  ["with a key", {}],
  ["as they are, with OPEN_OPS_API", { OPEN_OPS_API: "true" }],
])("%s", (mode, env) => {
  const folder = temporaryFolder();
  let server: ServerProcess;
  let api: Api;
  const programs: ChildProcess[] = [];
  beforeAll(async () => {
    server = await startServer({ DATA_DIR: folder, OUTBOUND_ALLOW_CIDRS: "127.0.0.2", ...env });
    api = mode === "with a key" ? new Api(server.url).bearer(API_TOKEN) : new Api(server.url);
  });
  afterAll(async () => {
    for (const program of programs) program.kill();
    expect(await server.stop()).toBe(0);
    removeFolder(folder);
  });

  it.each(OPERATIONS.map(([sample, answer]) => [/\w+ \{\s+\w+/.exec(sample)![0].replace(/\s+/g, " "), sample, answer]))(
    "%s",
    async (_name, query, answer) => {
      const first = await firstAnswer(api, query);
      if (answer === "NOT_FOUND") expect(first.errors[0].extensions.code).toBe("NOT_FOUND");
      else expect(first).toEqual({ data: answer });
    },
  );

  it("the WebSocket example prints how a transfer gets on", async () => {
    const url = `${files.url}/f/live.bin?size=3000000&bps=300000`;
    const { taskId } = (await api.send("POST /api/download", { body: { url } })).json;
    const address = `${server.url.replace("http", "ws")}/ws${mode === "with a key" ? `?token=${API_TOKEN}` : ""}`;
    const text = WEBSOCKET.replace("ws://localhost:8060/ws", address).replace("task_123456", taskId);
    const program = spawn(process.execPath, ["--input-type=module", "-e", text]);
    programs.push(program);
    let printed = "";
    program.stdout.setEncoding("utf8").on("data", (more: string) => {
      printed += more;
    });
    await eventually(() =>
      expect(printed).toMatch(/Task update: \{\s+type: 'task_update',\s+taskId: 'task_\w+',\s+data: \{\s+progress:/),
    );
    await api.send("DELETE /api/tasks/{id}", { params: { id: taskId } });
  });
});

/** Runs an operation. A subscription is read from its stream, up to the first event. */
async function firstAnswer({ base, headers }: Api, query: string): Promise<Json> {
  const accept = query.startsWith("subscription") ? "text/event-stream" : "application/json";
  const end = new AbortController();
  const response = await fetch(`${base}/graphql`, {
    method: "POST",
    headers: { ...headers, accept, "content-type": "application/json" },
    body: JSON.stringify({ query }),
    signal: end.signal,
  });
  expect(response.status).toBe(200);
  if (accept === "application/json") return response.json();
  let text = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const event = /^data: (\{.*\})$/m.exec(text);
    if (!event) continue;
    end.abort();
    return JSON.parse(event[1]!);
  }
  throw new Error(`No event came: ${text}`);
}

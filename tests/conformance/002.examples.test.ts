/**
 * Document 002 "Examples", copied: curl, Python with requests, JavaScript. Only the addresses are changed. They run as they
 * are with OPEN_OPS_API; without it each program gets a token. Drive and the source of the file are stand-ins.
 */
import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Api } from "../api";
import { eventually } from "../eventually";
import { API_TOKEN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { contentOf, type FilesStandin, filesStandin } from "../standins/files";
import { type DriveStandin, driveStandin } from "../standins/gdrive";

const run = promisify(execFile);
const SIZE = 300_000;
let drive: DriveStandin;
let files: FilesStandin;
let server: ServerProcess;

async function startWith(env: Record<string, string>): Promise<() => Promise<void>> {
  const folder = temporaryFolder();
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  server = await startServer({
    ...env,
    DATA_DIR: folder,
    OUTBOUND_ALLOW_CIDRS: "127.0.0.2",
    GDRIVE_API_URL: drive.url,
    GDRIVE_SERVICE_ACCOUNT: JSON.stringify({
      client_email: "muster@project.iam.gserviceaccount.com",
      private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
      token_uri: `${drive.url}/token`,
    }),
  });
  return async () => {
    await server.stop();
    removeFolder(folder);
  };
}
beforeAll(async () => {
  drive = await driveStandin();
  files = await filesStandin();
});
afterAll(async () => {
  await files?.close();
  await drive?.close();
});

/** Replaces the example's addresses by the server under test and an existing file. */
const placed = (text: string) =>
  text
    .replaceAll("http://localhost:8060", server.url)
    .replaceAll("https://example.com/file.zip", `${files.url}/f/file.zip?size=${SIZE}`);

/** Waits until the download that an example started has reached Drive completely. */
async function arrives(taskId: string) {
  const api = new Api(server.url).bearer(API_TOKEN);
  await eventually(async () => {
    const { json } = await api.send("GET /api/v1/tasks/{id}", { params: { id: taskId } });
    expect(json).toMatchObject({ status: "completed", error: null, requestedFor: "123456789" });
  });
  expect(drive.files.at(-1)!.bytes.equals(contentOf("file.zip", SIZE))).toBe(true);
}

describe.each([
  ["with a key", { OPEN_OPS_API: "false" }],
  ["as they are, with OPEN_OPS_API", { OPEN_OPS_API: "true" }],
])("%s", (_mode, env) => {
  const isOpen = env.OPEN_OPS_API === "true";
  let stop: () => Promise<void>;
  beforeAll(async () => {
    stop = await startWith(env);
  });
  afterAll(() => stop?.());

  it("curl", async () => {
    const shell = async (text: string) => {
      const token = isOpen ? "" : `curl() { command curl -sS -H "Authorization: Bearer ${API_TOKEN}" "$@"; }\n`;
      return JSON.parse((await run("sh", ["-c", token + placed(text)])).stdout);
    };
    const status = await shell(`
curl -X POST http://localhost:8060/graphql \\
  -H "Content-Type: application/json" \\
  -d '{"query":"{ status { version uptime activeTasks } }"}'
`);
    expect(status).toEqual({
      data: {
        status: { version: expect.any(String), uptime: expect.any(String), activeTasks: expect.any(Number) },
      },
    });
    expect(await shell("\ncurl http://localhost:8060/api/stats\n")).toMatchObject({
      ...{ version: expect.any(String), uptime: expect.stringMatching(/^(\d+d )?(\d+h )?\d+m$/) },
      ...{ activeTasks: expect.any(Number), totalUsers: expect.any(Number) },
      ...{ diskUsage: expect.stringMatching(/^\d+%$/), memoryUsage: expect.stringMatching(/^\d+%$/) },
    });
    const download = await shell(`
curl -X POST http://localhost:8060/api/download \\
  -H "Content-Type: application/json" \\
  -d '{
    "url": "https://example.com/file.zip",
    "userId": 123456789,
    "destination": "gdrive"
  }'
`);
    expect(download).toEqual({
      ...{ success: true, taskId: expect.any(String), message: "Download started successfully" },
    });
    await arrives(download.taskId);
  });

  it("Python, with requests", async () => {
    const token = isOpen
      ? ""
      : `
import functools, requests
requests.post = functools.partial(requests.post, headers={"Authorization": "Bearer ${API_TOKEN}"})
`;
    const program = `
import requests
import json

# GraphQL Query
def get_status():
    query = """
    query {
      status {
        version
        uptime
        activeTasks
      }
    }
    """
    
    response = requests.post(
        "http://localhost:8060/graphql",
        json={"query": query}
    )
    
    return response.json()

# REST API
def start_download(url, user_id):
    data = {
        "url": url,
        "userId": user_id,
        "destination": "gdrive"
    }
    
    response = requests.post(
        "http://localhost:8060/api/download",
        json=data
    )
    
    return response.json()

# Usage
status = get_status()
print(f"Bot version: {status['data']['status']['version']}")

task = start_download("https://example.com/file.zip", 123456789)
print(f"Task ID: {task['taskId']}")
`;
    const { stdout } = await run(process.env.PYTHON ?? "python3", ["-c", token + placed(program)]);
    const [, taskId] = /^Bot version: \d+\.\d+\.\d+\nTask ID: (task_\w+)\n$/.exec(stdout)!;
    await arrives(taskId!);
  });

  it("JavaScript, with fetch", async () => {
    const token = isOpen
      ? ""
      : `
const bare = fetch;
globalThis.fetch = (url, init) =>
  bare(url, { ...init, headers: { ...init.headers, Authorization: 'Bearer ${API_TOKEN}' } });
`;
    const program = `
// GraphQL Query
async function getStatus() {
  const query = \`
    query {
      status {
        version
        uptime
        activeTasks
      }
    }
  \`;
  
  const response = await fetch('http://localhost:8060/graphql', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({ query }),
  });
  
  return await response.json();
}

// REST API
async function startDownload(url, userId) {
  const response = await fetch('http://localhost:8060/api/download', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({
      url,
      userId,
      destination: 'gdrive',
    }),
  });
  
  return await response.json();
}

// Usage
const status = await getStatus();
console.log(\`Bot version: \${status.data.status.version}\`);

const task = await startDownload('https://example.com/file.zip', 123456789);
console.log(\`Task ID: \${task.taskId}\`);
`;
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", token + placed(program)]);
    const [, taskId] = /^Bot version: \d+\.\d+\.\d+\nTask ID: (task_\w+)\n$/.exec(stdout)!;
    await arrives(taskId!);
  });
});

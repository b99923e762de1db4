/**
 * A stand-in for Google's token endpoint and Drive's resumable uploads: POST answers a session in Location, PUT accepts
 * `Content-Range` and answers 308 with the stored `Range`, or 200 with the file.
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";

type Session = { name: string; parents?: string[]; total: number; got: Buffer; isDone?: true };
export type DriveStandin = {
  url: string;
  sessions: Map<string, Session>;
  files: { name: string; parents?: string[]; bytes: Buffer }[];
  /** Created folders; the first has the id `folder-1`. */
  folders: { name: string; parents?: string[] }[];
  /** Status of the next answers to PUTs, each once. */
  next: number[];
  /** The share of each chunk that is stored, because Drive may store only part of one. */
  keep: number;
  /** Called when a file is complete, before the answer. */
  onFile(): void;
  close(): Promise<void>;
};

export async function driveStandin(): Promise<DriveStandin> {
  const state: Omit<DriveStandin, "url" | "close"> = {
    ...{ sessions: new Map(), files: [], folders: [], next: [], keep: 1 },
    onFile: () => {},
  };
  const standin = state as DriveStandin;
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const url = new URL(req.url ?? "/", "http://drive");
    const answer = (status: number, json: unknown, headers: Record<string, string> = {}) =>
      res.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(json));
    if (url.pathname === "/token")
      return answer(200, { access_token: "ya29.standin", expires_in: 3600, token_type: "Bearer" });
    if (req.headers.authorization !== "Bearer ya29.standin")
      return answer(401, { error: { code: 401, message: "Invalid Credentials" } });
    if (req.method === "POST" && url.pathname === "/upload/drive/v3/files") {
      const { name, parents } = JSON.parse(String(body));
      if (parents?.[0] === "missing") return answer(404, { error: { code: 404, message: "File not found: missing." } });
      const id = randomUUID();
      standin.sessions.set(id, {
        name,
        parents,
        total: Number(req.headers["x-upload-content-length"]),
        got: Buffer.alloc(0),
      });
      return res.writeHead(200, { location: `${standin.url}/session?upload_id=${id}` }).end();
    }
    if (req.method === "POST" && url.pathname === "/drive/v3/files") {
      const { name, mimeType, parents } = JSON.parse(String(body));
      if (mimeType !== "application/vnd.google-apps.folder")
        return answer(400, { error: { code: 400, message: "Bad Request" } });
      standin.folders.push({ name, parents });
      return answer(200, { id: `folder-${standin.folders.length}` });
    }
    const session = standin.sessions.get(url.searchParams.get("upload_id") ?? "");
    if (req.method !== "PUT" || !session) return answer(404, { error: { code: 404, message: "Not Found" } });
    const status = standin.next.shift();
    if (status) return answer(status, { error: { code: status, message: "Backend Error" } });
    const found = /^bytes (?:\*|(\d+)-(\d+))\/(\d+)$/.exec(String(req.headers["content-range"]));
    if (!found || Number(found[3]) !== session.total)
      return answer(400, { error: { code: 400, message: "Bad range" } });
    const done = {
      id: `id-${session.name}`,
      webViewLink: `https://drive.google.com/file/d/id-${session.name}/view`,
    };
    if (session.isDone) return answer(200, done);
    if (found[1] !== undefined) {
      if (Number(found[1]) !== session.got.length || Number(found[2]) - Number(found[1]) + 1 !== body.length)
        return answer(400, { error: { code: 400, message: "Bad range" } });
      const isLast = Number(found[2]) + 1 === session.total;
      if (!isLast && body.length % 262_144 !== 0) return answer(400, { error: { code: 400, message: "Bad chunk" } });
      const kept = isLast ? body : body.subarray(0, Math.floor((body.length * standin.keep) / 262_144) * 262_144);
      session.got = Buffer.concat([session.got, kept]);
    }
    if (session.got.length < session.total || (found[1] === undefined && session.total > 0))
      return res.writeHead(308, session.got.length > 0 ? { range: `bytes=0-${session.got.length - 1}` } : {}).end();
    standin.files.push({ name: session.name, parents: session.parents, bytes: session.got });
    session.isDone = true;
    standin.onFile();
    return answer(200, done);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  standin.url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  standin.close = () => new Promise((resolve) => server.close(() => resolve()));
  return standin;
}

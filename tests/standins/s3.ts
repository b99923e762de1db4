/** A stand-in for the chunks of S3 that uploads use: objects by PUT, and multipart uploads that are started, completed and aborted. */
import { createHash, randomUUID } from "node:crypto";
import { createServer } from "node:http";

export type S3Standin = {
  url: string;
  /** Objects by "/bucket/key". */
  objects: Map<string, Buffer>;
  /** Multipart uploads that were neither completed nor aborted. */
  open: Map<string, Map<number, Buffer>>;
  /** Names of the next errors to answer, each once. */
  next: { status: number; code: string }[];
  /** Called for every part that arrives. */
  onPart: (part: number) => void;
  close(): Promise<void>;
};

export async function s3Standin(): Promise<S3Standin> {
  const standin = { objects: new Map(), open: new Map(), next: [], onPart: () => {} } as unknown as S3Standin;
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const url = new URL(req.url ?? "/", "http://s3");
    const path = decodeURIComponent(url.pathname);
    const xml = (status: number, inner: string) =>
      res
        .writeHead(status, { "content-type": "application/xml" })
        .end(`<?xml version="1.0" encoding="UTF-8"?>${inner}`);
    const etag = `"${createHash("md5").update(body).digest("hex")}"`;
    if (!req.headers.authorization?.startsWith("AWS4-HMAC-SHA256 Credential=AKID/"))
      return xml(403, "<Error><Code>InvalidAccessKeyId</Code><Message>No such key</Message></Error>");
    const refusal = standin.next.shift();
    if (refusal) return xml(refusal.status, `<Error><Code>${refusal.code}</Code><Message>No</Message></Error>`);
    const id = url.searchParams.get("uploadId") ?? "";
    if (req.method === "POST" && url.searchParams.has("uploads")) {
      const made = randomUUID();
      standin.open.set(made, new Map());
      return xml(200, `<InitiateMultipartUploadResult><UploadId>${made}</UploadId></InitiateMultipartUploadResult>`);
    }
    if (id && !standin.open.has(id)) return xml(404, "<Error><Code>NoSuchUpload</Code></Error>");
    if (req.method === "PUT" && id) {
      standin.open.get(id)!.set(Number(url.searchParams.get("partNumber")), body);
      standin.onPart(Number(url.searchParams.get("partNumber")));
      return res.writeHead(200, { etag }).end();
    }
    if (req.method === "POST" && id) {
      const chunks = [...standin.open.get(id)!].sort(([a], [b]) => a - b);
      standin.open.delete(id);
      standin.objects.set(path, Buffer.concat(chunks.map(([, bytes]) => bytes)));
      return xml(200, "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>");
    }
    if (req.method === "DELETE" && id) {
      standin.open.delete(id);
      return res.writeHead(204).end();
    }
    if (req.method === "PUT") {
      standin.objects.set(path, body);
      return res.writeHead(200, { etag }).end();
    }
    return xml(405, "<Error><Code>MethodNotAllowed</Code></Error>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  standin.url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  standin.close = () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return standin;
}

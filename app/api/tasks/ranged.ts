import { Custom } from "@/lib/edge/http";
import { contained } from "../tickets/contained";

type File = { name: string; size: number; read(from: number, to: number): Promise<AsyncIterable<Uint8Array>> };

/** Returns a file, or the one range of it that the request asks for. An invalid range is ignored (RFC 9110). */
export async function ranged(file: File, req: { header(name: string): string | undefined }): Promise<Custom> {
  const { name, size } = file;
  const headers = { ...contained(name, false), "accept-ranges": "bytes", "cache-control": "private, no-cache" };
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(req.header("range") ?? "");
  const [, first = "", last = ""] = found ?? [];
  const asks = found && !req.header("if-range") && (first !== "" || last !== "") && !(first && last && +last < +first);
  if (!asks)
    return new Custom({
      stream: await file.read(0, size),
      contentType: "application/octet-stream",
      headers: { ...headers, "content-length": String(size) },
    });
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (from >= to) return new Custom({ status: 416, json: null, headers: { "content-range": `bytes */${size}` } });
  return new Custom({
    status: 206,
    stream: await file.read(from, to),
    contentType: "application/octet-stream",
    headers: { ...headers, "content-range": `bytes ${from}-${to - 1}/${size}`, "content-length": String(to - from) },
  });
}

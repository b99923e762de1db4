import { type Entry, jsonOf, type OpenApi, sample } from "./openapi";

const shellQuoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Returns a curl call that works once the reader has filled in a key. */
export function curlOf(entry: Entry, origin: string, api: OpenApi, isPublic: boolean): string {
  const { operation } = entry;
  const path = entry.path.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const schema = operation.parameters?.find((each) => each.in === "path" && each.name === name)?.schema;
    const value = schema?.example ?? schema?.examples?.[0];
    return value === undefined ? whole : encodeURIComponent(String(value));
  });
  const required = operation.parameters?.filter((each) => each.in === "query" && each.required) ?? [];
  const query = required.map((each) => `${each.name}=${encodeURIComponent(String(sample(each.schema ?? {}, api)))}`);
  const lines = [`curl ${shellQuoted(origin + path + (query.length ? `?${query.join("&")}` : ""))}`];
  if (entry.method !== "GET") lines[0] = `curl -X ${entry.method} ${lines[0]?.slice(5)}`;
  if (!isPublic) lines.push(`-H "Authorization: Bearer $TOKEN"`);
  const body = jsonOf(operation.requestBody?.content, api);
  if (body) {
    lines.push("-H 'Content-Type: application/json'", `-d ${shellQuoted(JSON.stringify(body.example ?? {}))}`);
  }
  return lines.join(" \\\n  ");
}

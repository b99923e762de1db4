/** Files of tickets on the server under test. */
import { Attachment } from "@/lib/community/tickets/contract";
import type { Json } from "./api";
import type { TestBot, TestUser } from "./factories";
import { theServer } from "./the-server";

export type Part = { name?: string; type?: string; content: Uint8Array | string };
/** Uploads a file as a form does; `asks` lets a test send a wrong request. */
export async function upload(
  who: TestUser | TestBot,
  { name = "file.txt", type = "text/plain", content }: Part,
  to: Json,
) {
  const form = new FormData();
  form.set("file", new Blob([content as BlobPart], { type }), name);
  const response = await fetch(`${theServer().url}/api/tickets/${to.ticket_id}/attachments`, {
    method: "POST",
    body: form,
    headers: who.api.headers,
  });
  return { status: response.status, json: (await response.json()) as Json };
}
export async function uploaded(who: TestUser | TestBot, part: Part, to: Json): Promise<Attachment> {
  const { status, json } = await upload(who, part, to);
  if (status !== 200) throw new Error(`The upload answered ${status}: ${JSON.stringify(json)}`);
  return Attachment.parse(json.attachment);
}

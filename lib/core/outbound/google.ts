/** Sign-in to Google's APIs as a service account. Shared by mobile push (FCM) and Google Drive. */

import { z } from "zod";
import type { OutboundReply, OutboundRequest } from "./index";

/** The fields of a service account's key file that signing in needs. */
export const ServiceAccount = z.object({
  client_email: z.string().min(1),
  private_key: z.string(),
  private_key_id: z.string().optional(),
  token_uri: z.url({ protocol: /^https?$/ }).default("https://oauth2.googleapis.com/token"),
});
export type ServiceAccount = z.output<typeof ServiceAccount>;

/**
 * Prepares Google's library, which signs for the account and keeps its access token. The library would ask Google's own
 * address whatever the key file says, so its requests go to the file's `token_uri`, through `outbound`.
 *
 * @returns a function that answers the Authorization header for a request
 */
export async function googleSignIn(
  account: ServiceAccount,
  scope: string,
  outbound: (url: string, request: OutboundRequest) => Promise<OutboundReply>,
): Promise<() => Promise<string>> {
  const { JWT } = await import("google-auth-library");
  const byKeyFile = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const { status, headers, body } = await outbound(account.token_uri, {
      method: "POST",
      headers: { "content-type": request.headers.get("content-type") ?? "application/x-www-form-urlencoded" },
      body: await request.text(),
      redirects: 0,
      trusted: true,
    });
    const type = headers["content-type"];
    return new Response(new Uint8Array(body), {
      status,
      headers: { "content-type": typeof type === "string" ? type : "application/json" },
    });
  };
  const jwt = new JWT({
    email: account.client_email,
    key: account.private_key,
    keyId: account.private_key_id,
    scopes: [scope],
    transporterOptions: { fetchImplementation: byKeyFile as typeof fetch, retry: false },
  });
  return async () => (await jwt.getRequestHeaders()).get("authorization") ?? "";
}

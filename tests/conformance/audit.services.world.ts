/** A server with every other service that Muster uses: providers to sign in by, Discord, ranks, files, push messages, receivers. */
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Api } from "../api";
import { API_TOKEN, freePort, removeFolder, temporaryFolder } from "../process";
import { startFcm } from "../standins/fcm";
import { filesStandin } from "../standins/files";
import { OIDC_CLIENT, Oidc } from "../standins/oidc";
import { openAppWorld } from "./003.app.world";

export const SECRET_KEY = "the key of a server with services";

export type ServicesWorld = Awaited<ReturnType<typeof openServicesWorld>>;

export async function openServicesWorld() {
  const port = await freePort();
  // Passkeys need a name, which an address is not.
  const publicUrl = `http://localhost:${port}`;
  const folder = temporaryFolder();
  const [issuer, files, google] = await Promise.all([
    Oidc.start(`${publicUrl}/api/auth/sso/oidc/callback`),
    filesStandin(),
    startFcm(),
  ]);
  writeFileSync(join(folder, "key.json"), JSON.stringify(google.account));
  /** Refuses what is posted to /strict, and accepts everything else. */
  const receiver = createServer((request, response) => {
    request.resume();
    request.on("end", () => response.writeHead(request.url === "/strict" ? 400 : 200).end());
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const at = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const app = await openAppWorld({
    ...{ PORT: String(port), PUBLIC_URL: publicUrl, SECRET_KEY, OUTBOUND_ALLOW_CIDRS: "127.0.0.0/8" },
    ...{ OIDC_ISSUER: issuer.url, OIDC_CLIENT_ID: OIDC_CLIENT.id, OIDC_CLIENT_SECRET: OIDC_CLIENT.secret },
    ...{ FCM_SERVICE_ACCOUNT: join(folder, "key.json"), FCM_BASE_URL: google.url },
  });
  const channels = { meme_channel_id: "62222", rl_channel_id: "63333", gaming_channel_id: "64444" };
  const admin = new Api(app.server.url).bearer(API_TOKEN);
  await admin.send("PUT /api/config/channels", { body: channels });
  await admin.send("PUT /api/config/roles", { body: { meme_role_id: app.discord.roles[1]!.id } });

  async function close() {
    files.release();
    await app.close();
    receiver.close();
    await Promise.all([issuer.close(), files.close(), google.close()]);
    removeFolder(folder);
  }
  return { ...app, folder, publicUrl, issuer, files, google, refusing: `${at}/strict`, accepting: `${at}/ok`, close };
}

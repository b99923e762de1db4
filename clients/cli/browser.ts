/**
 * Signs in by a provider in the person's browser. The browser brings a one-time code to a port of this computer, which is
 * exchanged for a session (RFC 8252, section 7.3; RFC 7636). The code is of no use to another program without the verifier.
 */
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ask, Trouble } from "./server.js";

/** As long as the server waits for the person to return from the provider. */
const WAIT_MS = 600_000;

/** Opens the address in the browser, where there is one. The address is also printed, for terminals without a browser. */
function open(address: string): void {
  if (!process.stderr.isTTY) return;
  const [program, ...args]: [string, ...string[]] =
    process.platform === "darwin"
      ? ["open"]
      : process.platform === "win32"
        ? ["rundll32", "url.dll,FileProtocolHandler"]
        : ["xdg-open"];
  const child = spawn(program, [...args, address], { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}

/** Waits until the browser brings a code. @throws Trouble when the sign-in was refused, or takes too long */
function codeAt(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Trouble("The sign-in took longer than ten minutes")), WAIT_MS);
    server.on("request", (request, response) => {
      const { searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
      const [code, error] = [searchParams.get("code"), searchParams.get("error")];
      const isAnswer = code !== null || error !== null;
      response.writeHead(isAnswer ? 200 : 404, { "content-type": "text/plain; charset=utf-8", connection: "close" });
      response.end(
        code !== null
          ? "Go back to your terminal. You can close this page."
          : "The sign-in did not succeed. Your terminal says why.",
      );
      if (!isAnswer) return;
      clearTimeout(timer);
      if (code !== null) resolve(code);
      else reject(new Trouble(`The sign-in did not succeed: ${error}`));
    });
  });
}

/**
 * Signs in by a provider.
 *
 * @param path where the sign-in begins at the server
 * @returns the code and its verifier, for POST /api/auth/token
 * @throws Trouble when the sign-in was refused, or takes too long
 */
export async function codeFromBrowser(url: string, path: string): Promise<{ code: string; code_verifier: string }> {
  const code_verifier = randomBytes(32).toString("base64url");
  const server = createServer().listen(0, "127.0.0.1");
  try {
    await once(server, "listening");
    const query = new URLSearchParams({
      response: "code",
      code_challenge: createHash("sha256").update(code_verifier).digest("base64url"),
      loopback_port: String((server.address() as AddressInfo).port),
    });
    const arrived = codeAt(server);
    // The person may return before anything waits for the code.
    arrived.catch(() => {});
    const { auth_url } = await ask<{ auth_url: string }>({ url }, `GET ${path}?${query}`);
    console.error(`Open this address in your browser to sign in:\n${auth_url}`);
    open(auth_url);
    return { code: await arrived, code_verifier };
  } finally {
    server.close();
  }
}

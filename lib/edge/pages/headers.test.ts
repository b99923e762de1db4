/** The headers of a page. */
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { env } from "@/lib/core/env";
import { securePage } from "./headers";

describe("a page", () => {
  it("gets a policy with a nonce of its own, and no inline script", () => {
    const nonces = [1, 2].map(() => {
      const req = new IncomingMessage(new Socket());
      const res = new ServerResponse(req);
      securePage(req, res);
      const policy = String(res.getHeader("content-security-policy"));
      const script = /script-src ([^;]+)/.exec(policy)![1]!;
      expect(script).not.toContain("unsafe-inline");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("object-src 'none'");
      expect(req.headers["content-security-policy"]).toBe(policy);
      expect(res.getHeader("x-content-type-options")).toBe("nosniff");
      return /nonce-([^']+)/.exec(script)![1]!;
    });
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  it("may not evaluate text as code in production, and tells no other origin its address", () => {
    const { production } = env;
    Object.assign(env, { production: true });
    try {
      const req = new IncomingMessage(new Socket());
      const res = new ServerResponse(req);
      securePage(req, res);
      expect(String(res.getHeader("content-security-policy"))).not.toContain("unsafe-eval");
      expect(res.getHeader("referrer-policy")).toBe("same-origin");
    } finally {
      Object.assign(env, { production });
    }
  });
});

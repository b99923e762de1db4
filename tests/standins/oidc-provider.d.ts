/** The part of oidc-provider that the tests use; the package has no types of its own. */
declare module "oidc-provider" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  type Grant = { addOIDCScope(scope: string): void; addOIDCClaims(claims: string[]): void; save(): Promise<string> };
  export default class Provider {
    constructor(issuer: string, configuration: object);
    callback(): (req: IncomingMessage, res: ServerResponse) => void;
    interactionDetails(
      req: IncomingMessage,
      res: ServerResponse,
    ): Promise<{ uid: string; prompt: { name: string }; params: Record<string, string> }>;
    interactionFinished(req: IncomingMessage, res: ServerResponse, result: object): Promise<void>;
    Grant: new (about: {
      accountId: string;
      clientId: string;
    }) => Grant;
    proxy: boolean;
  }

  type Context = { oidc: { result?: { login?: object } } };
  class Check {
    constructor(reason: string, description: string, check: (ctx: Context) => boolean);
  }
  export const interactionPolicy: {
    base(): { get(prompt: string): { checks: { add(check: Check): void } } };
    Check: typeof Check;
  };
}

/** GitHub's OAuth, which is no OpenID Connect: its API says who somebody is. */
import { z } from "zod";
import type { OidcDeps, ProviderClient } from "./client.oidc";
import { ask, exchange, type Person, parsed, problem } from "./request";

const Tokens = z.object({ access_token: z.string().min(1) });
const User = z.object({
  id: z.number().int(),
  login: z.string().min(1),
  name: z.string().nullish(),
  avatar_url: z.url().max(2048).nullish().catch(null),
});
const Emails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));
const Teams = z.array(z.object({ slug: z.string(), organization: z.object({ login: z.string() }) }));

export function createGithubClient(deps: OidcDeps): ProviderClient {
  const { CLIENT_ID, CLIENT_SECRET = "", URL: pages, API_URL: api, ...settings } = deps.settings;
  const usesGroups = [settings.ADMIN_GROUPS, settings.MODERATOR_GROUPS, settings.ALLOWED_GROUPS].some(
    ({ length }) => length > 0,
  );
  const scope = settings.SCOPES ?? `read:user user:email${usesGroups ? " read:org" : ""}`;

  return {
    authorizeUrl(state, challenge): Promise<string> {
      const url = new URL(`${pages}/login/oauth/authorize`);
      const query = {
        ...{ response_type: "code", client_id: CLIENT_ID, redirect_uri: deps.redirectUri, scope, state },
        ...{ code_challenge: challenge, code_challenge_method: "S256" },
      };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      return Promise.resolve(url.href);
    },

    async identify({ code, iss, verifier }): Promise<Person> {
      if (iss !== undefined && iss !== `${pages}/login/oauth`) throw problem("untrusted");
      const { access_token } = await exchange(deps, Tokens, {
        ...{ url: `${pages}/login/oauth/access_token`, trusted: true },
        fields: {
          ...{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, code },
          ...{ redirect_uri: deps.redirectUri, code_verifier: verifier },
        },
      });
      const get = async <S extends z.ZodType>(path: string, schema: S) => {
        const headers = { authorization: `Bearer ${access_token}` };
        return parsed(deps, schema, await ask(deps, `${api}${path}`, { trusted: true, headers }));
      };
      const user = await get("/user", User);
      const email = (await get("/user/emails?per_page=100", Emails)).find(({ primary }) => primary);
      const teams = usesGroups ? await get("/user/teams?per_page=100", Teams) : [];
      return {
        ...{ id: String(user.id), username: user.login, fullname: user.name ?? "", avatar: user.avatar_url ?? null },
        ...{ email: email?.email ?? null, emailVerified: email?.verified === true },
        // Both the organization and its team are groups: `acme` and `acme/ops`.
        groups: [...new Set(teams.flatMap(({ slug, organization: { login } }) => [login, `${login}/${slug}`]))],
      };
    },
  };
}

/** Reads who somebody is from the claims of an ID token and the userinfo endpoint. */
import { z } from "zod";
import type { SsoSettings } from "@/lib/core/env.sso";
import type { Person } from "./request";

const Picture = z.url({ protocol: /^https?$/ }).max(2048);

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** Reads a claim by its name, or by a path such as `realm_access.roles`. */
function claimAt(claims: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split(".")
    .reduce<unknown>(
      (at, key) =>
        typeof at === "object" && at !== null && Object.hasOwn(at, key)
          ? (at as Record<string, unknown>)[key]
          : undefined,
      claims,
    );
}

/** The groups that a claim names; undefined when there is no such claim. */
export function groupsOf(claims: Record<string, unknown>, name: string): string[] | undefined {
  const value = claimAt(claims, name);
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((group) => typeof group === "string") : undefined;
}

/** The person that verified claims describe. */
export function toPerson(claims: Record<string, unknown>, { GROUPS_CLAIM, TRUST_EMAIL }: SsoSettings): Person {
  const email = text(claims.email) ?? null;
  const sub = claims.sub as string;
  const name = text(claims.name) ?? "";
  return {
    id: sub,
    username:
      text(claims.preferred_username)?.split("@")[0] ?? text(claims.nickname) ?? (email?.split("@")[0] || name || sub),
    fullname: name,
    avatar: Picture.safeParse(claims.picture).data ?? null,
    email,
    emailVerified: claims.email_verified === true || (TRUST_EMAIL && claims.email_verified === undefined),
    groups: groupsOf(claims, GROUPS_CLAIM) ?? [],
  };
}

"use client";
/** Calls and hooks of single sign-on, built from its contract. */
import { useQuery } from "@tanstack/react-query";
import {
  listSsoLinks,
  removeSsoLink,
  startSsoInvitation,
  startSsoLink,
  startSsoSignIn,
} from "@/generated/calls/identity/sso";
import { request } from "@/lib/client/api";
import { useRefreshingMutation } from "@/lib/client/mutation";
import type { SsoLinks } from "./contract";

const key = ["sso", "links"] as const;

/** Opens the provider's sign-in page, which returns the browser to `next`, a path of this server. @throws ApiError */
export async function goToProvider(provider: string, next: string): Promise<void> {
  const { auth_url } = await request(startSsoSignIn, { params: { provider }, query: { next } });
  window.location.assign(auth_url);
}

/** Opens the provider's sign-in page to accept an invitation. @throws ApiError */
export async function acceptByProvider(provider: string, token: string): Promise<void> {
  const { auth_url } = await request(startSsoInvitation, { params: { provider }, body: { token } });
  window.location.assign(auth_url);
}

/** Opens the provider to link an identity, and returns to the account page. @throws ApiError */
export async function goToLinkIdentity(provider: string, body: { password?: string }): Promise<void> {
  const { auth_url } = await request(startSsoLink, { params: { provider }, body });
  window.location.assign(auth_url);
}

/** The caller's identities; starts from the data that the server rendered with the page. */
export function useSsoLinks(initialData: SsoLinks) {
  return useQuery({ queryKey: key, queryFn: ({ signal }) => request(listSsoLinks, { signal }), initialData });
}

export const useUnlinkIdentity = () =>
  useRefreshingMutation((link_id: string) => request(removeSsoLink, { params: { link_id } }), key);

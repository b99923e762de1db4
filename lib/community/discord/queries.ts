"use client";
/** Calls and hooks of signing in by Discord, built from its contract. */
import { useQuery } from "@tanstack/react-query";
import {
  getDiscordLink,
  removeDiscordLink,
  startDiscordInvitation,
  startDiscordLink,
  startDiscordSignIn,
} from "@/generated/calls/community/discord";
import { request } from "@/lib/client/api";
import { useRefreshingMutation } from "@/lib/client/mutation";
import type { LinkStatus } from "@/lib/community/discord/contract";

const key = ["discord", "link"] as const;

/** Opens Discord's sign-in page. Discord returns the browser to `next`, a path of this server. @throws ApiError */
export async function goToDiscord(next: string): Promise<void> {
  const { auth_url } = await request(startDiscordSignIn, { query: { next } });
  window.location.assign(auth_url);
}

/** Opens Discord's sign-in page to accept an invitation. @throws ApiError */
export async function acceptByDiscord(token: string): Promise<void> {
  const { auth_url } = await request(startDiscordInvitation, { body: { token } });
  window.location.assign(auth_url);
}

/** Opens Discord to link the account. Discord returns the browser to the account page. @throws ApiError */
export async function goToLink(): Promise<void> {
  const { auth_url } = await request(startDiscordLink, {});
  window.location.assign(auth_url);
}

/** The link of the signed-in account; starts from the data that the server rendered with the page. */
export function useDiscordLink(initialData: LinkStatus) {
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => request(getDiscordLink, { signal }),
    initialData,
  });
}

export const useUnlinkDiscord = () => useRefreshingMutation(() => request(removeDiscordLink, {}), key);

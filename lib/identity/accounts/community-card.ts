/** People as the community of document 003's app sees them. */

/** A row of `communityCards`, without its id. */
export type CommunityCard = { username: string; fullname: string; discord_id: string | null; avatar: string | null };

/** The columns that `personOf` reads, of cards that a statement has joined as `p`. */
export const CARD_COLUMNS = ["p.username", "p.fullname", "p.discord_id", "p.avatar"] as const;

/** Puts a card into the app's form. Document 003 writes `legacy_user` for a person without a Discord account. */
export const personOf = ({ username, fullname, discord_id, avatar }: CommunityCard) => ({
  ...{ user_id: discord_id ?? "legacy_user", username, display_name: fullname || username, avatar_url: avatar },
});

/** Valid bodies of the operations of tags and of their grants. */
import type { TestBot } from "../factories";

export const TAG_BODIES = {
  "POST /api/teams/{team_id}/tag-grants": () => ({ tag: "night", username: "nobody", role: "viewer" }),
  "POST /api/bots/tags": ({ bot }: { bot: TestBot }) => ({ bot_ids: [bot.id], add: ["music"] }),
  "PUT /api/my-bots/{bot_id}/tags": () => ({ tags: ["music"] }),
  "PUT /api/teams/{team_id}/tag-grants/{grant_id}": () => ({ role: "viewer" }),
};

"use client";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { useAudit } from "@/lib/identity/audit/queries";
import { EntryList } from "./entry-list";

/** The latest acts on one bot. */
export function BotActivity({ botId }: { botId: string }) {
  const list = useAudit({ bot_id: botId });
  return (
    <Card>
      <EntryList list={list} empty="Changes to this bot, and commands sent to it, appear here." />
    </Card>
  );
}

/** The latest acts on one team, its members and its bots. */
export function TeamActivity({ teamId }: { teamId: number }) {
  const list = useAudit({ team_id: String(teamId) });
  return (
    <Card>
      <CardHeader>
        <CardTitle>Activity</CardTitle>
      </CardHeader>
      <EntryList
        list={list}
        empty="Changes to this team, its members and its bots appear here."
        areaClassName="max-h-96"
      />
    </Card>
  );
}

/** The latest acts of a person, and those of others on the person's account. */
export function OwnActivity({ userId }: { userId: number }) {
  const list = useAudit({ user_id: String(userId) });
  return (
    <Card>
      <CardHeader>
        <CardTitle>Activity</CardTitle>
      </CardHeader>
      <EntryList list={list} empty="What you change, and your sign-ins, appear here." areaClassName="max-h-96" />
    </Card>
  );
}

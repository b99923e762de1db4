"use client";
import { useState } from "react";
import { LeaveGuard } from "@/app/_shell/leave-guard";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { Field, Input } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { errorText } from "@/lib/client/api";
import type { Bot } from "@/lib/fleet/bots/contract";
import { tagsIn, usePutBotTags } from "@/lib/fleet/bots/queries.tags";

/** Edits the tags that people gave the bot. Those that the bot reports are shown beside them. */
export function TagsForm({ bot }: { bot: Bot }) {
  const [text, setText] = useState(bot.tags.join(", "));
  const put = usePutBotTags(bot.id);
  const isDirty = tagsIn(text).join() !== bot.tags.join();
  const reported = bot.reported_tags.join(", ");
  return (
    <Card>
      <LeaveGuard dirty={isDirty} />
      <CardHeader>
        <CardTitle>Tags</CardTitle>
      </CardHeader>
      <form
        className="space-y-3 p-4"
        onSubmit={(event) => {
          event.preventDefault();
          put.mutate(tagsIn(text), { onSuccess: () => toast.success("Saved") });
        }}
      >
        <Field
          label="Tags"
          hint={`Separate several tags with commas.${reported ? ` The bot reports these itself: ${reported}.` : ""}`}
          error={put.error ? errorText(put.error) : undefined}
        >
          <Input value={text} maxLength={2000} onChange={(event) => setText(event.target.value)} />
        </Field>
        <Button type="submit" variant="primary" loading={put.isPending} disabled={!isDirty}>
          Save tags
        </Button>
      </form>
    </Card>
  );
}

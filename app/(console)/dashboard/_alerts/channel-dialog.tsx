"use client";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import type { Reach } from "../_shared/use-reach";
import { CHANNEL_FIELDS, ChannelFields } from "./channel-fields";
import type { Reader } from "./labels";
import { useNewChannel } from "./use-new-channel";

type Props = { reader: Reader; reach: Reach; onClose: () => void };

/** Adds a channel. For a webhook it then shows the signing secret, which is never shown again. */
export function ChannelDialog({ reader, reach, onClose }: Props) {
  const channel = useNewChannel(reader, onClose);
  if (channel.secret) return <WebhookSecret secret={channel.secret} onClose={onClose} />;
  const problem = channel.problems.messageBeside(CHANNEL_FIELDS);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Add channel"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="alert-channel" loading={channel.busy}>
            Add channel
          </Button>
        </>
      }
    >
      <form
        id="alert-channel"
        noValidate
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          channel.submit();
        }}
      >
        <ChannelFields channel={channel} reader={reader} teams={reach.managed} />
        {problem ? (
          <p role="alert" className="text-[13px] text-bad">
            {problem}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}

function WebhookSecret({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Webhook secret"
      description="Copy the secret now. You cannot see it again. The receiver uses it to verify that messages come from this server."
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <code className="block select-all break-all rounded-md bg-raised p-3 text-sm">{secret}</code>
    </Dialog>
  );
}

"use client";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { Field, Input, Select } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { ApiError, errorText } from "@/lib/client/api";
import { Platform } from "@/lib/feeds/contract";
import { useTrackPlayer } from "@/lib/feeds/queries";

const NAMES: Record<Platform, string> = { steam: "Steam", epic: "Epic", psn: "PlayStation", xbl: "Xbox" };

export function TrackDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const track = useTrackPlayer();
  const [platform, setPlatform] = useState<Platform>("epic");
  const [username, setUsername] = useState("");
  const change = (next: boolean) => {
    if (!next) {
      setUsername("");
      track.reset();
    }
    onOpenChange(next);
  };
  const { error } = track;
  const isAboutName = error instanceof ApiError && ["NOT_FOUND", "CONFLICT", "INVALID_INPUT"].includes(error.code);
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title="Track player"
      description="The player is looked up now, and again and again from then on."
      footer={
        <>
          <Button onClick={() => change(false)}>Cancel</Button>
          <Button
            variant="primary"
            type="submit"
            form="track-player"
            loading={track.isPending}
            disabled={username.trim() === ""}
          >
            Track player
          </Button>
        </>
      }
    >
      <form
        id="track-player"
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          track.mutate(
            { platform, username },
            {
              onSuccess: ({ player }) => {
                toast.success(`${player.username} is tracked`);
                change(false);
              },
            },
          );
        }}
      >
        <Field label="Platform">
          <Select value={platform} onChange={(event) => setPlatform(event.target.value as Platform)}>
            {Platform.options.map((one) => (
              <option key={one} value={one}>
                {NAMES[one]}
              </option>
            ))}
          </Select>
        </Field>
        <Field
          label="Name"
          hint={platform === "steam" ? "The Steam id or the custom address of the profile" : undefined}
          error={isAboutName ? errorText(error) : undefined}
        >
          <Input
            required
            autoFocus
            maxLength={64}
            spellCheck={false}
            autoCapitalize="none"
            value={username}
            onChange={(event) => setUsername(event.target.value)}
          />
        </Field>
        {error && !isAboutName ? (
          <p role="alert" className="text-[13px] text-bad">
            {errorText(error)}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}

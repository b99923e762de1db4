"use client";
import { useState } from "react";
import { FormDialog } from "@/app/_ui/form-dialog";
import { Field, Input, Select } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { ApiError, errorText } from "@/lib/client/api";
import type { Platform } from "@/lib/community/feeds/contract";
import { useTrackPlayer } from "@/lib/community/feeds/queries";

const NAMES: Record<Platform, string> = { steam: "Steam", epic: "Epic", psn: "PlayStation", xbl: "Xbox" };

/** Asks for a platform and a name, and starts tracking that player. */
export default function TrackDialog({ onClose }: { onClose: () => void }) {
  const track = useTrackPlayer();
  const [platform, setPlatform] = useState<Platform>("epic");
  const [username, setUsername] = useState("");
  const { error } = track;
  const isAboutName = error instanceof ApiError && ["NOT_FOUND", "CONFLICT", "INVALID_INPUT"].includes(error.code);
  const submit = () =>
    track.mutate(
      { platform, username },
      {
        onSuccess: ({ player }) => {
          toast.success(`Tracking ${player.username}`);
          onClose();
        },
      },
    );
  return (
    <FormDialog
      title="Track player"
      description="Muster looks up the player now and then checks regularly."
      verb="Track player"
      ready={username.trim() !== ""}
      busy={track.isPending}
      problem={isAboutName ? undefined : error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field label="Platform">
        <Select value={platform} onChange={(event) => setPlatform(event.target.value as Platform)}>
          {Object.entries(NAMES).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      <Field
        label="Name"
        hint={platform === "steam" ? "The Steam ID or the custom profile URL" : undefined}
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
    </FormDialog>
  );
}

/**
 * Contract of the daily meme as document 003's mobile app edits it: the section `daily_meme`, with the sources of the section
 * `meme` that it chooses from.
 */
import { z } from "zod";
import { type Operation, Success, Version } from "@/lib/core/contract";
import { SECTIONS } from "./sections/contract";

const { default_subreddits, default_lemmy } = SECTIONS.meme.shape;
const DailyMeme = z.object({
  ...SECTIONS.daily_meme.shape,
  available_subreddits: default_subreddits,
  available_lemmy: default_lemmy,
  version: Version,
});
const EDIT_ERRORS = ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN"] as const;

export const getDailyMeme = {
  id: "getDailyMeme",
  method: "GET",
  path: "/api/daily-meme/config",
  summary: "Get the settings of the daily meme",
  document: "original 003: Mobile App",
  response: DailyMeme,
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const saveDailyMeme = {
  id: "saveDailyMeme",
  method: "POST",
  path: "/api/daily-meme/config",
  summary: "Change the settings of the daily meme",
  description:
    "`subreddits` and `lemmy_communities` replace the sources of the section `meme`. Changes all fields, or none.",
  document: "original 003: Mobile App",
  body: z
    .object({ ...SECTIONS.daily_meme.shape, subreddits: default_subreddits, lemmy_communities: default_lemmy })
    .partial(),
  response: z.intersection(Success.extend({ message: z.string() }), DailyMeme),
  errors: EDIT_ERRORS,
} as const satisfies Operation;

export const resetDailyMeme = {
  id: "resetDailyMeme",
  method: "POST",
  path: "/api/daily-meme/config/reset",
  summary: "Restore the defaults of the daily meme",
  document: "original 003: Mobile App",
  response: saveDailyMeme.response,
  errors: EDIT_ERRORS,
} as const satisfies Operation;

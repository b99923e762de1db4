/** The shape of a tag in requests. */
import { Name } from "./contract";
import { TAG_LENGTH_MAX } from "./contract.tag-keys";

/** A tag as people write it. Tags that differ only in case are the same tag. */
export const TagName = Name(TAG_LENGTH_MAX)
  .regex(/^[^,]*$/, { error: "may not contain a comma" })
  .meta({ example: "production" });

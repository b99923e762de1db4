/** A bot being deleted keeps its row, and so its id, until its logs and messages are gone. Nobody sees it. */
export const DELETING = "deleting";

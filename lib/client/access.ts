/**
 * Notes when the person's access to bots or teams changed, because a grant or a membership began, changed or ended. The
 * server announces it to every socket of the person.
 */
import { createStore } from "./store";

/** The time at which the last such change was announced (epoch ms); 0 before the first. */
export const accessChangedAt = createStore(0);

/** FULL=1 runs what takes long as well: CI sets it. What is left out without it, `npm test` lists at its end. */
export const isFull = process.env.FULL === "1";

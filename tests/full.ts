/** Whether long tests run too: FULL=1, which CI sets. Without it `npm test` ends with a list of the tests that it left out. */
export const isFull = process.env.FULL === "1";

const named = process.env.SCREENSHOTS ?? "1";

/** The folder of the picture book: test-results/pictures, or the one that SCREENSHOTS names. */
export const PICTURES = named === "1" ? "test-results/pictures" : named;

/** Removes the data of the server under test. */
import { rmSync } from "node:fs";

export default function teardown(): void {
  rmSync(process.env.E2E_DATA_DIR!, { recursive: true, force: true });
}

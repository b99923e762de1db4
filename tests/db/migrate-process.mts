/** One server's start as far as migrations go: argv = url, folder; prints the names it applied. */
import { migrate } from "@/lib/core/db/migrate";

process.stdout.write(JSON.stringify(await migrate(process.argv[2], process.argv[3])));

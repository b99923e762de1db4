/** To whom a bot may be given: its token stays with whoever knows it, and must not gain rights by that. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { aBotRoom, person } from "@/tests/bot-room";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";

const [ADMIN, USER] = [501, 502];

describe.each(databases)("giving a bot away on $provider", (provider) => {
  let database: TestDatabase;
  const room = aBotRoom();
  beforeAll(async () => {
    database = await openRoom(provider);
    for (const [id, role] of [
      [ADMIN, "admin"],
      [USER, "user"],
    ] as const)
      await db().run(
        `INSERT INTO "user" (id, username, email, role, is_active, created_at) VALUES ($1, $2, $3, $4, 1, 0)`,
        [id, `person${id}`, `${id}@example.org`, role],
      );
  });
  afterAll(() => database.close());

  it("refuses an admin as the receiver unless an admin gives it: bots of admins read the configuration", async () => {
    const { service, ada, create } = room.fresh();
    const { bot_id } = await create(ada);
    for (const receiver of [{ user_id: ADMIN }, { username: `PERSON${ADMIN}` }])
      await expect(service.transfer(ada, bot_id, receiver)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(service.receiver(ada, ADMIN)).rejects.toMatchObject({ code: "FORBIDDEN" });
    const given = await service.transfer(person(ADMIN, { role: "admin" }), bot_id, { user_id: ADMIN });
    expect(given).toMatchObject({ team_id: ADMIN });
  });

  it("lets everybody give to people without rights on the server", async () => {
    const { service, ada, create } = room.fresh();
    const { bot_id } = await create(ada);
    expect(await service.transfer(ada, bot_id, { user_id: USER })).toMatchObject({ team_id: USER });
  });
});

-- The route of the last request of a session, without ids.
ALTER TABLE "analytics_session" ADD COLUMN "last_endpoint" TEXT;

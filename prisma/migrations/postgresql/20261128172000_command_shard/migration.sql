-- The shard of a sharded bot that a command is for. NULL means that any of its programs may take it.
ALTER TABLE "command" ADD COLUMN "shard" INTEGER;

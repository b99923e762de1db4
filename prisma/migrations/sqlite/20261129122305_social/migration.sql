-- CreateTable
CREATE TABLE "rank_up" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "player_id" TEXT NOT NULL,
    "playlist" TEXT NOT NULL,
    "from_rank" TEXT NOT NULL,
    "to_rank" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    CONSTRAINT "rank_up_player_id_fkey" FOREIGN KEY ("player_id") REFERENCES "tracked_player" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "social_post" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "content" TEXT NOT NULL,
    "is_announcement" INTEGER NOT NULL DEFAULT 0,
    "created_at" BIGINT NOT NULL,
    "edited_at" BIGINT,
    CONSTRAINT "social_post_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "social_image" (
    "post_id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "type" TEXT NOT NULL,
    "data" TEXT NOT NULL,
    CONSTRAINT "social_image_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "social_post" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "post_like" (
    "post_id" INTEGER NOT NULL,
    "user_id" INTEGER NOT NULL,
    "at" BIGINT NOT NULL,

    PRIMARY KEY ("post_id", "user_id"),
    CONSTRAINT "post_like_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "social_post" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "post_like_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "social_meme" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "user_id" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "subreddit" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "score" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "sent_at" BIGINT NOT NULL,
    CONSTRAINT "social_meme_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "meme_vote" (
    "meme_id" TEXT NOT NULL,
    "user_id" INTEGER NOT NULL,

    PRIMARY KEY ("meme_id", "user_id"),
    CONSTRAINT "meme_vote_meme_id_fkey" FOREIGN KEY ("meme_id") REFERENCES "social_meme" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "meme_vote_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "experience" (
    "user_id" INTEGER NOT NULL,
    "activity" TEXT NOT NULL,
    "xp" INTEGER NOT NULL,
    "times" INTEGER NOT NULL,
    "earned_at" BIGINT NOT NULL,

    PRIMARY KEY ("user_id", "activity"),
    CONSTRAINT "experience_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "level_up" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "level" INTEGER NOT NULL,
    "at" BIGINT NOT NULL,
    CONSTRAINT "level_up_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "app_error" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "app_version" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    CONSTRAINT "app_error_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- AddColumn
ALTER TABLE "tracked_player" ADD COLUMN "linked" INTEGER NOT NULL DEFAULT 0;

-- CreateIndex
CREATE INDEX "rank_up_player_id_idx" ON "rank_up"("player_id");

-- CreateIndex
CREATE INDEX "social_post_user_id_idx" ON "social_post"("user_id");

-- CreateIndex
CREATE INDEX "post_like_user_id_idx" ON "post_like"("user_id");

-- CreateIndex
CREATE INDEX "social_meme_sent_at_idx" ON "social_meme"("sent_at");

-- CreateIndex
CREATE INDEX "social_meme_user_id_idx" ON "social_meme"("user_id");

-- CreateIndex
CREATE INDEX "meme_vote_user_id_idx" ON "meme_vote"("user_id");

-- CreateIndex
CREATE INDEX "level_up_user_id_idx" ON "level_up"("user_id");

-- CreateIndex
CREATE INDEX "app_error_user_id_idx" ON "app_error"("user_id");

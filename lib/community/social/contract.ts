/** Contract of the community's posts, as document 003's mobile app shows them. Source: the calls of its client. */
import { z } from "zod";
import { Cursor, type Operation, Success, Time, VISIBLE_RULE, WholeNumber } from "@/lib/core/contract";
import { isInvisible, withoutDirection } from "@/lib/core/contract.names";

/** The newest posts are kept, and the pictures of the newest of them. */
export const POSTS_MAX = 5_000;
export const IMAGES_MAX = 200;
export const POST_LENGTH = 4_000;
/** A picture, and its text in base64 with the rest of the body. */
export const IMAGE_BYTES = 1_048_576;
const BODY_BYTES = 1_500_000;

export const SOCIAL_DOCUMENT = "original 003: Mobile App";
/** The calls of this room answer 404 while the setting `features.social` is off. */
export const SOCIAL_ERRORS = ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"] as const;
export const OFF =
  "For staff, and for people who came by Discord. 404 that names `features.social` while that setting is off.";

const count = z.number().int().min(0);
/** A person as the community sees them. */
export const Person = z.object({
  user_id: z.string().meta({ description: "The Discord id; `legacy_user` for somebody without one." }),
  username: z.string(),
  display_name: z.string(),
  avatar_url: z.string().nullable(),
});
export type Person = z.infer<typeof Person>;

const Content = z
  .string()
  .overwrite(withoutDirection)
  .max(POST_LENGTH)
  .refine((text) => !isInvisible(text), { error: VISIBLE_RULE });

export const Post = z
  .object({
    id: count,
    post_id: count,
    content: z.string(),
    is_announcement: z.boolean(),
    ...{ author_id: Person.shape.user_id, author_name: z.string(), author_avatar: z.string().nullable() },
    created_at: Time,
    edited_at: Time.nullable(),
    image_url: z.string().nullable(),
    like_count: count,
    has_liked: z.boolean(),
    can_edit: z.boolean(),
    can_delete: z.boolean(),
  })
  .meta({ id: "SocialPost" });
export type Post = z.infer<typeof Post>;

export const PostId = z.object({ post_id: z.string().regex(/^[1-9]\d{0,8}$/) });

export const listPosts = {
  id: "listPosts",
  method: "GET",
  path: "/api/posts",
  summary: "List the community's posts, newest first",
  description: OFF,
  document: SOCIAL_DOCUMENT,
  query: z.object({ limit: WholeNumber(20, 100), offset: WholeNumber(0, POSTS_MAX), cursor: Cursor }),
  response: z.object({ posts: z.array(Post), total: count, next_cursor: z.string().nullable() }),
  errors: ["INVALID_INPUT", ...SOCIAL_ERRORS],
} as const satisfies Operation;

export const createPost = {
  id: "createPost",
  method: "POST",
  path: "/api/posts",
  summary: "Write a post for the community",
  description: `${OFF} Announcements are for staff. A picture is JPEG, PNG, GIF or WebP in base64, of at most ${IMAGE_BYTES} bytes; the newest ${IMAGES_MAX} are kept, as are the newest ${POSTS_MAX} posts.`,
  document: SOCIAL_DOCUMENT,
  maxBody: BODY_BYTES,
  body: z.object({
    content: Content,
    is_announcement: z.boolean().default(false),
    image_data: z.string().max(BODY_BYTES).optional(),
  }),
  response: Success.extend({ post_id: count, created_at: Time, post: Post }),
  errors: ["INVALID_INPUT", "PAYLOAD_TOO_LARGE", ...SOCIAL_ERRORS],
  example: { body: { content: "hello community", is_announcement: false } },
} as const satisfies Operation;

export const updatePost = {
  id: "updatePost",
  method: "PUT",
  path: "/api/posts/{post_id}",
  summary: "Change the text of your post",
  description: OFF,
  document: SOCIAL_DOCUMENT,
  params: PostId,
  body: z.object({ content: Content }),
  response: Success.extend({ post: Post }),
  errors: ["INVALID_INPUT", ...SOCIAL_ERRORS],
} as const satisfies Operation;

export const deletePost = {
  id: "deletePost",
  method: "DELETE",
  path: "/api/posts/{post_id}",
  summary: "Delete your post, or any as staff",
  description: OFF,
  document: SOCIAL_DOCUMENT,
  params: PostId,
  response: Success,
  errors: SOCIAL_ERRORS,
} as const satisfies Operation;

export const togglePostLike = {
  id: "togglePostLike",
  method: "POST",
  path: "/api/community_posts/{post_id}/like",
  summary: "Like a post, or take your like back",
  description: OFF,
  document: SOCIAL_DOCUMENT,
  params: PostId,
  response: Success.extend({ has_liked: z.boolean(), like_count: count }),
  errors: SOCIAL_ERRORS,
} as const satisfies Operation;

export const LIKES_MAX = 200;

export const listPostLikes = {
  id: "listPostLikes",
  method: "GET",
  path: "/api/community_posts/{post_id}/likes",
  summary: "List the people who like a post, newest first",
  description: `${OFF} At most ${LIKES_MAX}.`,
  document: SOCIAL_DOCUMENT,
  params: PostId,
  response: Success.extend({ likes: z.array(Person), like_count: count, has_liked: z.boolean() }),
  errors: SOCIAL_ERRORS,
} as const satisfies Operation;

export const getPostImage = {
  id: "getPostImage",
  method: "GET",
  path: "/api/community_posts/images/{post_id}",
  summary: "Get the picture of a post",
  description: `${OFF} The picture is answered as it was sent; \`width\`, \`quality\` and \`format\` are accepted and change nothing.`,
  document: SOCIAL_DOCUMENT,
  params: PostId,
  query: z.object({
    width: WholeNumber(0, 10_000),
    quality: WholeNumber(80, 100),
    format: z.enum(["jpeg", "jpg", "png", "webp"]).optional(),
  }),
  response: z.unknown(),
  alsoProduces: ["image/jpeg", "image/png", "image/gif", "image/webp"],
  errors: ["INVALID_INPUT", ...SOCIAL_ERRORS],
} as const satisfies Operation;

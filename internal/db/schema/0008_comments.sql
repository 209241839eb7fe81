-- work, by project: what became of comments. A comment begins as a System.History text in work_texts, in the revision
-- whose watermark is its id. Version 1 has a row here only for its format; later ones have their text, and were made by
-- the revision rev.
CREATE TABLE work_comments (
	org_id bigint NOT NULL, item_id bigint NOT NULL, comment_id bigint NOT NULL, version bigint NOT NULL,
	project_id bigint NOT NULL, rev bigint NOT NULL, is_markdown boolean NOT NULL, is_deleted boolean NOT NULL,
	made_at bigint NOT NULL, made_by bigint NOT NULL, body text NOT NULL,
	PRIMARY KEY (org_id, item_id, comment_id, version, project_id));

-- work, by project: who reacted to comments, and how.
CREATE TABLE work_reactions (
	org_id bigint NOT NULL, item_id bigint NOT NULL, comment_id bigint NOT NULL, kind text NOT NULL,
	user_id bigint NOT NULL, project_id bigint NOT NULL, made_at bigint NOT NULL,
	PRIMARY KEY (org_id, item_id, comment_id, kind, user_id, project_id));

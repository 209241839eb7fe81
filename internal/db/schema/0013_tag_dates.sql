-- work: when a tag was made or renamed last; 0 for those from before this was kept.
ALTER TABLE tags ADD COLUMN changed_at bigint NOT NULL DEFAULT 0;

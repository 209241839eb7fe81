-- work, everywhere: files attached to work items. project_id is the project they were uploaded to, 0 for none; received
-- counts the bytes on disk of a file that arrives in chunks, sha256 is empty until all have arrived.
CREATE TABLE attachments (
	org_id bigint NOT NULL, guid text NOT NULL, project_id bigint NOT NULL, file_name text NOT NULL,
	size bigint NOT NULL, received bigint NOT NULL, sha256 text NOT NULL, made_at bigint NOT NULL, made_by bigint NOT NULL,
	PRIMARY KEY (org_id, guid));

-- work: which work items a file is attached to; url is its GUID there.
CREATE INDEX work_resources_attachment ON work_resources (org_id, url) WHERE rel = 'AttachedFile';

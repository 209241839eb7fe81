-- work: followers of the reporting stream read revisions in the order in which they were stored.
CREATE INDEX work_revisions_watermark ON work_revisions (org_id, watermark);

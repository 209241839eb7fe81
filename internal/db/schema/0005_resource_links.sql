-- work, by project: links of work items to what is no work item, such as web pages. Their ids are of the sequence of
-- work_links, so that all links of an item have one order.
CREATE TABLE work_resources (
	org_id bigint NOT NULL, item_id bigint NOT NULL, link_id bigint NOT NULL, project_id bigint NOT NULL,
	rel text NOT NULL, url text NOT NULL, name text NOT NULL, comment text NOT NULL,
	created_at bigint NOT NULL, created_by bigint NOT NULL, deleted_at bigint, deleted_by bigint NOT NULL,
	PRIMARY KEY (org_id, item_id, link_id, project_id));

-- work: the recycle bin is small, the table of work items is not.
CREATE INDEX work_items_deleted ON work_items (org_id, id) WHERE is_deleted;

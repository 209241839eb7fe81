-- work, by project of the source: what became of links between work items, in order. A link is told from its source: the
-- end its type leads away from, and where both ends are alike the item it was made at.
CREATE TABLE work_link_changes (
	org_id bigint NOT NULL, position bigint NOT NULL, project_id bigint NOT NULL, link_id bigint NOT NULL, rel text NOT NULL,
	source_id bigint NOT NULL, target_id bigint NOT NULL, target_project bigint NOT NULL, is_active boolean NOT NULL,
	changed_at bigint NOT NULL, changed_by bigint NOT NULL,
	PRIMARY KEY (org_id, position, project_id));
CREATE INDEX work_link_changes_link ON work_link_changes (org_id, link_id, position);

-- Links made so far: when they were made, when removed, and when an end went to the recycle bin.
INSERT INTO work_link_changes (org_id, position, project_id, link_id, rel, source_id, target_id, target_project, is_active, changed_at, changed_by)
SELECT org_id, row_number() OVER (PARTITION BY org_id ORDER BY changed_at, link_id, is_active DESC), project_id, link_id, rel,
	item_id, other_id, other_project, is_active, changed_at, changed_by
FROM (
	SELECT org_id, project_id, link_id, rel, item_id, other_id, other_project, true AS is_active, created_at AS changed_at, created_by AS changed_by
	FROM work_links
	UNION ALL
	SELECT org_id, project_id, link_id, rel, item_id, other_id, other_project, false, deleted_at, deleted_by
	FROM work_links WHERE deleted_at IS NOT NULL
	UNION ALL
	SELECT l.org_id, l.project_id, l.link_id, l.rel, l.item_id, l.other_id, l.other_project, false, min(i.deleted_at), min(i.deleted_by)
	FROM work_items i JOIN work_links e ON e.org_id = i.org_id AND e.item_id = i.id AND e.deleted_at IS NULL
	JOIN work_links l ON l.org_id = e.org_id AND l.link_id = e.link_id
	WHERE i.is_deleted AND i.deleted_at IS NOT NULL
	GROUP BY l.org_id, l.project_id, l.link_id, l.rel, l.item_id, l.other_id, l.other_project
) c
WHERE rel LIKE '%-Forward' OR rel NOT LIKE '%-Reverse' AND item_id < other_id;
INSERT INTO counters (org_id, name, value) SELECT org_id, 'linkchange', count(*) FROM work_link_changes GROUP BY org_id;

-- work: what people ask for work items by: whose they are, in which sprint, and what changed. Expressions are written as
-- sqlgen prints members of the stored fields.
CREATE INDEX work_items_assigned ON work_items (org_id, CAST((CAST(fields AS json) ->> '24') AS bigint), project_id);
CREATE INDEX work_items_iteration ON work_items (org_id, CAST((CAST(fields AS json) ->> '-104') AS bigint), project_id);
CREATE INDEX work_items_changed ON work_items (org_id, changed_at);

-- project, everywhere: a team's board for a backlog level. revision counts changes of its columns and rows.
CREATE TABLE boards (
	org_id bigint NOT NULL, board_id bigint NOT NULL, team_id bigint NOT NULL, backlog_id text NOT NULL,
	guid text NOT NULL, revision bigint NOT NULL,
	PRIMARY KEY (org_id, board_id), UNIQUE (org_id, team_id, backlog_id));

-- project, everywhere: the cells of boards, column by row by half, in all their versions; revised_at ends one. What a
-- column or a row says stands in each of its cells. half is 0 for Doing, 1 for Done, 2 where the column is not split;
-- states maps work item types to the column's state, takes lists those of which the cell takes items in that state.
CREATE TABLE board_cells (
	org_id bigint NOT NULL, cell_id bigint NOT NULL, board_id bigint NOT NULL,
	column_guid text NOT NULL, column_name text NOT NULL, column_type text NOT NULL, column_order bigint NOT NULL,
	item_limit bigint NOT NULL, description text NOT NULL, states text NOT NULL,
	row_guid text NOT NULL, row_name text NOT NULL, row_color text NOT NULL, row_order bigint NOT NULL,
	half smallint NOT NULL, takes text NOT NULL, changed_at bigint NOT NULL, revised_at bigint,
	PRIMARY KEY (org_id, cell_id));

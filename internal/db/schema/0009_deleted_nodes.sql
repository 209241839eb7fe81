-- project, everywhere: of a deleted area or iteration, the node that took in its work items; 0 when it had none.
ALTER TABLE nodes ADD COLUMN successor bigint NOT NULL DEFAULT 0;

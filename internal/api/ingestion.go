package api

import (
	"context"

	"boardwalk/internal/fault"
)

// ingested is the answer to a load of records.
type ingested struct {
	Lines     int `json:"lines"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
}

// ingestRecords stores records of pipelines, tests and agents, one JSON object on each line: all of them or none. Our own
// operation: the hosted service fills its sets by itself. See docs/ingestion.md.
func (a *API) ingestRecords(ctx context.Context, r *request) (any, error) {
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	if r.target.project == "" {
		return nil, fault.InvalidArgument("The project is missing in the path: POST /{organization}/{project}/_apis/analytics/ingestion.")
	}
	p, err := r.findProject(catalog, r.target.project)
	if err != nil {
		return nil, err
	}
	first, err := r.query.count("firstLine", 1)
	if err != nil {
		return nil, err
	}
	body, err := r.body("application/x-ndjson", "application/json")
	if err != nil {
		return nil, err
	}
	sum, err := a.config.Delivery.Ingest(ctx, r.caller, p.ID, body, first)
	if err != nil {
		return nil, err
	}
	return ingested(sum), nil
}

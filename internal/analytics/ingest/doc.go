// Package ingest follows an organization's change feed and keeps its analytics tables up to date, or rebuilds them from
// nothing. It hides how rows are computed, closed and replaced; it must not know queries or who asks. Start reading at
// Feeder, then follow.go (the loop), batch.go and write.go (one step) and rebuild.go.
package ingest

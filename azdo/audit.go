package azdo

// AuditLogQueryResult is a part of the audit log, from newer entries to older ones.
type AuditLogQueryResult struct {
	DecoratedAuditLogEntries []DecoratedAuditLogEntry `json:"decoratedAuditLogEntries"`
	ContinuationToken        *string                  `json:"continuationToken"`
	HasMore                  bool                     `json:"hasMore"`
}

// DecoratedAuditLogEntry is an entry of the audit log.
type DecoratedAuditLogEntry struct {
	ID                      string         `json:"id"`
	CorrelationID           string         `json:"correlationId"`
	ActivityID              string         `json:"activityId"`
	ActorCUID               string         `json:"actorCUID"`
	ActorUserID             string         `json:"actorUserId"`
	ActorClientID           string         `json:"actorClientId"`
	ActorUPN                string         `json:"actorUPN"`
	AuthenticationMechanism string         `json:"authenticationMechanism"`
	Timestamp               Time           `json:"timestamp"`
	ScopeType               string         `json:"scopeType"`
	ScopeDisplayName        string         `json:"scopeDisplayName"`
	ScopeID                 string         `json:"scopeId"`
	ProjectID               string         `json:"projectId"`
	ProjectName             *string        `json:"projectName"`
	IPAddress               *string        `json:"ipAddress"`
	UserAgent               *string        `json:"userAgent"`
	ActionID                string         `json:"actionId"`
	Data                    map[string]any `json:"data"`
	Details                 string         `json:"details"`
	Area                    string         `json:"area"`
	Category                string         `json:"category"`
	CategoryDisplayName     string         `json:"categoryDisplayName"`
	ActorDisplayName        *string        `json:"actorDisplayName"`
	ActorImageURL           *string        `json:"actorImageUrl"`
}

// AuditActionInfo is something that the audit log records.
type AuditActionInfo struct {
	ActionID string `json:"actionId"`
	Area     string `json:"area"`
	Category string `json:"category"`
}

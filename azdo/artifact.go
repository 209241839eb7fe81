package azdo

// ArtifactURIQuery asks which work items have artifact links to some addresses, such as vstfs:///Build/Build/7.
type ArtifactURIQuery struct {
	ArtifactURIs []string `json:"artifactUris"`
}

// ArtifactURIQueryResult is the work items by address.
type ArtifactURIQueryResult struct {
	Result map[string][]WorkItemReference `json:"artifactUrisQueryResult"`
}

package api

import (
	"context"
	"slices"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// listTransitions tells the state to which an action, such as a check-in, leads each item. documented: Work Item
// Transitions - List.
func (a *API) listTransitions(ctx context.Context, r *request) (any, error) {
	ids, err := parseIDs(r.query.list("ids"))
	if err != nil {
		return nil, err
	}
	action := r.query.text("action")
	if action == "" {
		action = "checkin"
	}
	if action = project.FindAction(action); action == "" {
		return nil, fault.InvalidArgument("The action %q is not valid. Write checkin.", r.query.text("action"))
	}
	items, err := a.config.Items.List(ctx, r.caller, "", ids, true, work.ReadOptions{})
	if err != nil {
		return nil, err
	}
	list := make([]azdo.WorkItemNextState, len(ids))
	for i, item := range items {
		list[i].ID = ids[i]
		if item == nil {
			gone := fault.WorkItemNotFound(ids[i])
			list[i].ErrorCode, list[i].Message = gone.TypeKey, gone.Message
			continue
		}
		kind := item.Project.Process.Type(item.Type)
		state, _ := item.Value(project.FieldState).(string)
		list[i].StateOnTransition = state
		if kind == nil {
			continue
		}
		for _, tr := range kind.Transitions {
			if strings.EqualFold(tr.From, state) && slices.Contains(tr.Actions, action) {
				list[i].StateOnTransition = tr.To
			}
		}
	}
	return azdo.NewList(list), nil
}

// listArtifactLinkTypes lists the things outside of work tracking that hosted work items can be linked to.
func (a *API) listArtifactLinkTypes(context.Context, *request) (any, error) {
	return azdo.NewList([]azdo.WorkArtifactLink{
		{ArtifactType: "Build", LinkType: "Build", ToolType: "Build"},
		{ArtifactType: "Build", LinkType: "Found in build", ToolType: "Build"},
		{ArtifactType: "Build", LinkType: "Integrated in build", ToolType: "Build"},
		{ArtifactType: "Ref", LinkType: "Branch", ToolType: "Git"},
		{ArtifactType: "Commit", LinkType: "Fixed in Commit", ToolType: "Git"},
		{ArtifactType: "PullRequestId", LinkType: "Pull Request", ToolType: "Git"},
		{ArtifactType: "Changeset", LinkType: "Fixed in Changeset", ToolType: "VersionControl"},
		{ArtifactType: "VersionedItem", LinkType: "Source Code File", ToolType: "VersionControl"},
		{ArtifactType: "TcmResult", LinkType: "Test Result", ToolType: "TestManagement"},
		{ArtifactType: "TcmTest", LinkType: "Test", ToolType: "TestManagement"},
		{ArtifactType: "WikiPage", LinkType: "Wiki Page", ToolType: "Wiki"},
	}), nil
}

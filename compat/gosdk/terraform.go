package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/core"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/graph"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/identity"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/operations"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/webapi"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/work"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/workitemtracking"
)

// terraform makes the calls of the Terraform provider, which is built on this client: for a project, a team with
// members and areas, a group and a work item it creates, reads, updates, reads again and destroys.
type terraform struct {
	projects   core.Client
	operations operations.Client
	identities identity.Client
	boards     work.Client
	items      workitemtracking.Client
	graph      graph.Client
	project    *core.TeamProject
}

func runTerraform(ctx context.Context, connection *azuredevops.Connection) error {
	t := terraform{operations: operations.NewClient(ctx, connection)}
	var errs [5]error
	t.projects, errs[0] = core.NewClient(ctx, connection)
	t.identities, errs[1] = identity.NewClient(ctx, connection)
	t.boards, errs[2] = work.NewClient(ctx, connection)
	t.items, errs[3] = workitemtracking.NewClient(ctx, connection)
	t.graph, errs[4] = graph.NewClient(ctx, connection)
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	for _, step := range []struct {
		name string
		run  func(context.Context) error
	}{{"project", t.createProject}, {"team", t.team}, {"group", t.group}, {"work item", t.workItem}, {"destroy", t.destroyProject}} {
		if err := step.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return nil
}

// wait polls an operation until its status is one that the provider takes for an end.
func (t *terraform) wait(ctx context.Context, operation *operations.OperationReference) error {
	for range 100 {
		now, err := t.operations.GetOperation(ctx, operations.GetOperationArgs{OperationId: operation.Id})
		if err != nil {
			return err
		}
		switch *now.Status {
		case operations.OperationStatusValues.Succeeded:
			return nil
		case operations.OperationStatusValues.Failed, operations.OperationStatusValues.Cancelled:
			return fmt.Errorf("operation %s", *now.Status)
		}
		time.Sleep(50 * time.Millisecond) // the provider waits longer
	}
	return errors.New("the operation does not end")
}

func (t *terraform) createProject(ctx context.Context) error {
	processes, err := t.projects.GetProcesses(ctx, core.GetProcessesArgs{})
	if err != nil {
		return err
	}
	agile := slices.IndexFunc(*processes, func(p core.Process) bool { return *p.Name == "Agile" })
	operation, err := t.projects.QueueCreateProject(ctx, core.QueueCreateProjectArgs{ProjectToCreate: &core.TeamProject{
		Name: new("Harbor"), Description: new("Managed by Terraform"), Visibility: &core.ProjectVisibilityValues.Private,
		Capabilities: &map[string]map[string]string{
			"versioncontrol":  {"sourceControlType": "Git"},
			"processTemplate": {"templateTypeId": (*processes)[agile].Id.String()},
		},
	}})
	if err != nil {
		return err
	}
	if err := t.wait(ctx, operation); err != nil {
		return err
	}
	if err := t.readProject(ctx, "Harbor"); err != nil {
		return err
	}
	operation, err = t.projects.UpdateProject(ctx, core.UpdateProjectArgs{ProjectId: t.project.Id, ProjectUpdate: &core.TeamProject{
		Name: new("Harbor North"), Description: new("Moved by Terraform"),
	}})
	if err != nil {
		return err
	}
	if err := t.wait(ctx, operation); err != nil {
		return err
	}
	return t.readProject(ctx, t.project.Id.String())
}

// readProject reads what the provider keeps of a project.
func (t *terraform) readProject(ctx context.Context, nameOrID string) (err error) {
	t.project, err = t.projects.GetProject(ctx, core.GetProjectArgs{ProjectId: &nameOrID, IncludeCapabilities: new(true), IncludeHistory: new(false)})
	if err != nil {
		return err
	}
	capabilities := *t.project.Capabilities
	fmt.Println(*t.project.Name, "/", *t.project.Description, "/", *t.project.Visibility, capabilities["versioncontrol"]["sourceControlType"],
		capabilities["processTemplate"]["templateTypeId"])
	return nil
}

func (t *terraform) team(ctx context.Context) error {
	project := t.project.Id.String()
	team, err := t.projects.CreateTeam(ctx, core.CreateTeamArgs{ProjectId: &project, Team: &core.WebApiTeam{Name: new("Pilots"), Description: new("Bring ships in")}})
	if err != nil {
		return err
	}
	id := team.Id.String()
	if _, err := t.projects.UpdateTeam(ctx, core.UpdateTeamArgs{ProjectId: &project, TeamId: &id, TeamData: &core.WebApiTeam{Name: new("Harbor Pilots")}}); err != nil {
		return err
	}
	if team, err = t.projects.GetTeam(ctx, core.GetTeamArgs{ProjectId: &project, TeamId: &id, ExpandIdentity: new(false)}); err != nil {
		return err
	}
	fmt.Println(*team.Name, "/", *team.Description)

	found, err := t.identities.ReadIdentities(ctx, identity.ReadIdentitiesArgs{SearchFilter: new("General"), FilterValue: new("raisa@fabrikam.com")})
	if err != nil {
		return fmt.Errorf("find a person: %w", err)
	}
	person := (*found)[0].Id.String()
	if _, err := t.identities.AddMember(ctx, identity.AddMemberArgs{ContainerId: &id, MemberId: &person}); err != nil {
		return fmt.Errorf("add a member: %w", err)
	}
	if err := t.members(ctx, id); err != nil {
		return err
	}
	if _, err := t.identities.RemoveMember(ctx, identity.RemoveMemberArgs{ContainerId: &id, MemberId: &person}); err != nil {
		return fmt.Errorf("remove a member: %w", err)
	}
	if err := t.members(ctx, id); err != nil {
		return err
	}
	areas, err := t.boards.UpdateTeamFieldValues(ctx, work.UpdateTeamFieldValuesArgs{Project: &project, Team: &id, Patch: &work.TeamFieldValuesPatch{
		DefaultValue: t.project.Name, Values: &[]work.TeamFieldValue{{Value: t.project.Name, IncludeChildren: new(true)}},
	}})
	if err != nil {
		return fmt.Errorf("areas: %w", err)
	}
	fmt.Println(*areas.DefaultValue, len(*areas.Values), *(*areas.Values)[0].IncludeChildren)
	if err := t.projects.DeleteTeam(ctx, core.DeleteTeamArgs{ProjectId: &project, TeamId: &id}); err != nil {
		return err
	}
	_, err = t.projects.GetTeam(ctx, core.GetTeamArgs{ProjectId: &project, TeamId: &id})
	return notFound("team", err)
}

// members prints who is in a team as the provider finds out: the identity of the team, then the people in it.
func (t *terraform) members(ctx context.Context, team string) error {
	group, err := t.identities.ReadIdentity(ctx, identity.ReadIdentityArgs{IdentityId: &team, QueryMembership: &identity.QueryMembershipValues.Direct})
	if err != nil {
		return fmt.Errorf("read the team: %w", err)
	}
	ids := *group.MemberIds
	names := make([]string, len(ids))
	for i, id := range ids {
		people, err := t.identities.ReadIdentities(ctx, identity.ReadIdentitiesArgs{IdentityIds: new(id.String())})
		if err != nil {
			return fmt.Errorf("read a member: %w", err)
		}
		names[i] = *(*people)[0].ProviderDisplayName
	}
	slices.Sort(names)
	fmt.Println(names)
	return nil
}

func (t *terraform) group(ctx context.Context) error {
	scope, err := t.graph.GetDescriptor(ctx, graph.GetDescriptorArgs{StorageKey: t.project.Id})
	if err != nil {
		return fmt.Errorf("descriptor of the project: %w", err)
	}
	group, err := t.graph.CreateGroupVsts(ctx, graph.CreateGroupVstsArgs{ScopeDescriptor: scope.Value, CreationContext: &graph.GraphGroupVstsCreationContext{
		DisplayName: new("Packers"), Description: new("Pack the crates")}})
	if err != nil {
		return err
	}
	if group, err = t.graph.UpdateGroup(ctx, graph.UpdateGroupArgs{GroupDescriptor: group.Descriptor, PatchDocument: &[]webapi.JsonPatchOperation{
		{Op: &webapi.OperationValues.Replace, Path: new("/displayName"), Value: "Wrappers"}}}); err != nil {
		return err
	}
	// The provider reads the project from the domain.
	project, ok := strings.CutPrefix(*group.Domain, "vstfs:///Classification/TeamProject/")
	fmt.Println(*group.PrincipalName, "/", *group.Description, ok && project == t.project.Id.String())

	people, err := t.graph.ListUsers(ctx, graph.ListUsersArgs{})
	if err != nil {
		return fmt.Errorf("people: %w", err)
	}
	raisa := slices.IndexFunc(*people.GraphUsers, func(u graph.GraphUser) bool { return *u.PrincipalName == "raisa@fabrikam.com" })
	person := (*people.GraphUsers)[raisa].Descriptor
	if _, err := t.graph.AddMembership(ctx, graph.AddMembershipArgs{ContainerDescriptor: group.Descriptor, SubjectDescriptor: person}); err != nil {
		return fmt.Errorf("add a member: %w", err)
	}
	members, err := t.graph.ListMemberships(ctx, graph.ListMembershipsArgs{
		SubjectDescriptor: group.Descriptor, Direction: &graph.GraphTraversalDirectionValues.Down, Depth: new(1)})
	if err != nil {
		return fmt.Errorf("members: %w", err)
	}
	fmt.Println(len(*members), *(*members)[0].MemberDescriptor == *person)
	if err := t.graph.RemoveMembership(ctx, graph.RemoveMembershipArgs{ContainerDescriptor: group.Descriptor, SubjectDescriptor: person}); err != nil {
		return fmt.Errorf("remove a member: %w", err)
	}
	err = t.graph.CheckMembershipExistence(ctx, graph.CheckMembershipExistenceArgs{ContainerDescriptor: group.Descriptor, SubjectDescriptor: person})
	if err := notFound("membership", err); err != nil {
		return err
	}
	if err := t.graph.DeleteGroup(ctx, graph.DeleteGroupArgs{GroupDescriptor: group.Descriptor}); err != nil {
		return err
	}
	_, err = t.graph.GetGroup(ctx, graph.GetGroupArgs{GroupDescriptor: group.Descriptor})
	return notFound("group", err)
}

func (t *terraform) workItem(ctx context.Context) error {
	project := t.project.Id.String()
	field := func(op webapi.Operation, name string, value any) webapi.JsonPatchOperation {
		return webapi.JsonPatchOperation{Op: &op, Path: new("/fields/" + name), Value: value}
	}
	add, remove := webapi.OperationValues.Add, webapi.OperationValues.Remove
	parent, err := t.items.CreateWorkItem(ctx, workitemtracking.CreateWorkItemArgs{Project: &project, Type: new("User Story"),
		Document: &[]webapi.JsonPatchOperation{field(add, "System.Title", "Quay")}})
	if err != nil {
		return err
	}
	item, err := t.items.CreateWorkItem(ctx, workitemtracking.CreateWorkItemArgs{Project: &project, Type: new("Task"), Document: &[]webapi.JsonPatchOperation{
		field(add, "System.Title", "Berth"), field(add, "System.State", "New"), field(add, "System.Tags", "north; deep"),
		field(add, "Microsoft.VSTS.Scheduling.RemainingWork", "4"),
		{Op: &add, Path: new("/relations/-"), Value: map[string]any{ // the provider writes this host whatever the organization's URL is
			"rel": "System.LinkTypes.Hierarchy-Reverse", "url": fmt.Sprintf("https://dev.azure.com/fabrikam/_apis/wit/workItems/%d", *parent.Id)}},
	}})
	if err != nil {
		return err
	}
	show := func() error {
		now, err := t.items.GetWorkItem(ctx, workitemtracking.GetWorkItemArgs{Project: &project, Id: item.Id, Expand: &workitemtracking.WorkItemExpandValues.All})
		if err != nil {
			return err
		}
		f := *now.Fields
		fmt.Println(f["System.Title"], f["System.State"], f["System.Tags"], f["Microsoft.VSTS.Scheduling.RemainingWork"], f["System.Parent"] == float64(*parent.Id))
		return nil
	}
	if err := show(); err != nil {
		return err
	}
	if _, err := t.items.UpdateWorkItem(ctx, workitemtracking.UpdateWorkItemArgs{Project: &project, Id: item.Id, Document: &[]webapi.JsonPatchOperation{
		field(add, "System.State", "Active"), field(add, "System.Tags", ""), field(remove, "Microsoft.VSTS.Scheduling.RemainingWork", nil),
	}}); err != nil {
		return err
	}
	if err := show(); err != nil {
		return err
	}
	if _, err := t.items.DeleteWorkItem(ctx, workitemtracking.DeleteWorkItemArgs{Project: &project, Id: item.Id, Destroy: new(false)}); err != nil {
		return err
	}
	_, err = t.items.GetWorkItem(ctx, workitemtracking.GetWorkItemArgs{Project: &project, Id: item.Id})
	return notFound("work item", err)
}

func (t *terraform) destroyProject(ctx context.Context) error {
	operation, err := t.projects.QueueDeleteProject(ctx, core.QueueDeleteProjectArgs{ProjectId: t.project.Id})
	if err != nil {
		return err
	}
	if err := t.wait(ctx, operation); err != nil {
		return err
	}
	_, err = t.projects.GetProject(ctx, core.GetProjectArgs{ProjectId: new(t.project.Id.String())})
	if err := notFound("project", err); err != nil {
		return err
	}
	_, err = t.projects.GetProject(ctx, core.GetProjectArgs{ProjectId: new(uuid.New().String())})
	return notFound("project", err)
}

// notFound prints how the server says that something is gone: only by 404 does the provider know that it is.
func notFound(what string, err error) error {
	var refused azuredevops.WrappedError
	var empty *azuredevops.WrappedError // of an answer without a body, as HEAD has
	if !errors.As(err, &refused) && errors.As(err, &empty) {
		refused = *empty
	}
	if refused.StatusCode == nil || *refused.StatusCode != http.StatusNotFound {
		return fmt.Errorf("a %s that does not exist: %w", what, err)
	}
	if refused.TypeKey == nil {
		refused.TypeKey = new("without a body")
	}
	fmt.Println(what, *refused.StatusCode, *refused.TypeKey)
	return nil
}

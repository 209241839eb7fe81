package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/core"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/operations"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/work"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/workitemtracking"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/workitemtrackingprocess"
)

const (
	agile = "adcc42ab-9882-485e-a3ed-7678f01f66bc"
	named = "Go clients"
)

// planning makes a project, plans a sprint in it and deletes it.
func planning(ctx context.Context, connection *azuredevops.Connection) error {
	client, err := core.NewClient(ctx, connection)
	if err != nil {
		return err
	}
	made, err := client.QueueCreateProject(ctx, core.QueueCreateProjectArgs{ProjectToCreate: &core.TeamProject{
		Name: new(named), Visibility: &core.ProjectVisibilityValues.Private,
		Capabilities: &map[string]map[string]string{"versioncontrol": {"sourceControlType": "Git"}, "processTemplate": {"templateTypeId": agile}},
	}})
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	if err := wait(ctx, connection, made.Id); err != nil {
		return err
	}
	project, err := client.GetProject(ctx, core.GetProjectArgs{ProjectId: new(named), IncludeCapabilities: new(true)})
	if err != nil {
		return fmt.Errorf("project: %w", err)
	}
	fmt.Println((*project.Capabilities)["processTemplate"]["templateName"], (*project.Capabilities)["versioncontrol"]["gitEnabled"], *project.DefaultTeam.Name)
	if err := sprint(ctx, connection); err != nil {
		return fmt.Errorf("sprint: %w", err)
	}
	if err := types(ctx, connection); err != nil {
		return fmt.Errorf("types: %w", err)
	}
	gone, err := client.QueueDeleteProject(ctx, core.QueueDeleteProjectArgs{ProjectId: project.Id})
	if err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	return wait(ctx, connection, gone.Id)
}

func wait(ctx context.Context, connection *azuredevops.Connection, id *uuid.UUID) error {
	client := operations.NewClient(ctx, connection)
	for range 200 {
		operation, err := client.GetOperation(ctx, operations.GetOperationArgs{OperationId: id})
		if err != nil {
			return fmt.Errorf("operation: %w", err)
		}
		if *operation.Status == operations.OperationStatusValues.Succeeded {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return errors.New("the operation did not succeed in ten seconds")
}

func sprint(ctx context.Context, connection *azuredevops.Connection) error {
	tracking, err := workitemtracking.NewClient(ctx, connection)
	if err != nil {
		return err
	}
	dates := map[string]any{"startDate": "2026-11-02T00:00:00Z", "finishDate": "2026-11-13T00:00:00Z"}
	node, err := tracking.CreateOrUpdateClassificationNode(ctx, workitemtracking.CreateOrUpdateClassificationNodeArgs{Project: new(named),
		StructureGroup: &workitemtracking.TreeStructureGroupValues.Iterations,
		PostedNode:     &workitemtracking.WorkItemClassificationNode{Name: new("Sprint"), Attributes: &dates}})
	if err != nil {
		return err
	}
	client, err := work.NewClient(ctx, connection)
	if err != nil {
		return err
	}
	team := new(named + " Team")
	iteration, err := client.PostTeamIteration(ctx, work.PostTeamIterationArgs{Project: new(named), Team: team, Iteration: &work.TeamSettingsIteration{Id: node.Identifier}})
	if err != nil {
		return err
	}
	fmt.Println(*node.Path, *iteration.Path, iteration.Attributes.StartDate.Time.Format(time.DateOnly))
	settings, err := client.UpdateTeamSettings(ctx, work.UpdateTeamSettingsArgs{Project: new(named), Team: team,
		TeamSettingsPatch: &work.TeamSettingsPatch{BugsBehavior: &work.BugsBehaviorValues.AsTasks}})
	if err != nil {
		return err
	}
	columns, err := client.GetBoardColumns(ctx, work.GetBoardColumnsArgs{Project: new(named), Team: team, Board: new("Stories")})
	if err != nil {
		return err
	}
	options, err := client.SetBoardOptions(ctx, work.SetBoardOptionsArgs{Project: new(named), Team: team, Id: new("Stories"), Options: &map[string]string{"cardReordering": "1"}})
	if err != nil {
		return err
	}
	fmt.Println(*settings.BugsBehavior, len(*columns), *(*columns)[0].Name, *options)
	return nil
}

// types makes an inherited process with a type and a state.
func types(ctx context.Context, connection *azuredevops.Connection) error {
	client, err := workitemtrackingprocess.NewClient(ctx, connection)
	if err != nil {
		return err
	}
	parent := uuid.MustParse(agile)
	made, err := client.CreateNewProcess(ctx, workitemtrackingprocess.CreateNewProcessArgs{
		CreateRequest: &workitemtrackingprocess.CreateProcessModel{Name: new("Go process"), ParentProcessTypeId: &parent}})
	if err != nil {
		return err
	}
	kind, err := client.CreateProcessWorkItemType(ctx, workitemtrackingprocess.CreateProcessWorkItemTypeArgs{ProcessId: made.TypeId,
		WorkItemType: &workitemtrackingprocess.CreateProcessWorkItemTypeRequest{Name: new("Wish"), Color: new("f6546a"), Icon: new("icon_star")}})
	if err != nil {
		return err
	}
	state, err := client.CreateStateDefinition(ctx, workitemtrackingprocess.CreateStateDefinitionArgs{ProcessId: made.TypeId, WitRefName: kind.ReferenceName,
		StateModel: &workitemtrackingprocess.WorkItemStateInputModel{Name: new("Waiting"), Color: new("b2b2b2"), StateCategory: new("InProgress")}})
	if err != nil {
		return err
	}
	fmt.Println(*made.CustomizationType, *kind.Customization, *state.Name, *state.StateCategory)
	return client.DeleteProcessById(ctx, workitemtrackingprocess.DeleteProcessByIdArgs{ProcessTypeId: made.TypeId})
}

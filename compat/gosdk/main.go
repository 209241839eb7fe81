// Command gosdk reads projects, changes a work item and plans a sprint with Microsoft's Go client; "gosdk terraform" makes
// the calls that the Terraform provider makes with it, "gosdk access" changes who may do what, and "gosdk clients" plays
// scripts that call every method. It is a module of its own, so that the client is no dependency of the server.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/core"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/webapi"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/workitemtracking"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	connection := azuredevops.NewPatConnection(os.Getenv("ROOT")+"/fabrikam", os.Getenv("PAT"))
	switch {
	case len(os.Args) > 1 && os.Args[1] == "terraform":
		return runTerraform(ctx, connection)
	case len(os.Args) > 1 && os.Args[1] == "access":
		return runAccess(ctx, connection)
	case len(os.Args) > 1 && os.Args[1] == "clients":
		return runScripts(ctx, connection)
	}
	if err := projects(ctx, connection); err != nil {
		return fmt.Errorf("projects: %w", err)
	}
	if err := workItems(ctx, connection); err != nil {
		return err
	}
	return planning(ctx, connection)
}

// projects reads all projects page by page.
func projects(ctx context.Context, connection *azuredevops.Connection) error {
	client, err := core.NewClient(ctx, connection)
	if err != nil {
		return err
	}
	pages, seen := 0, map[string]bool{}
	arguments := core.GetProjectsArgs{Top: new(10)}
	for {
		page, err := client.GetProjects(ctx, arguments)
		if err != nil {
			return err
		}
		pages++
		for _, p := range page.Value {
			seen[*p.Name] = true
		}
		if page.ContinuationToken == "" {
			break
		}
		next, err := strconv.Atoi(page.ContinuationToken)
		if err != nil {
			return err
		}
		arguments.ContinuationToken = &next
	}
	fmt.Println(pages, len(seen), seen["Fabrikam Fiber"])
	return nil
}

func workItems(ctx context.Context, connection *azuredevops.Connection) error {
	client, err := workitemtracking.NewClient(ctx, connection)
	if err != nil {
		return err
	}
	item, err := client.GetWorkItem(ctx, workitemtracking.GetWorkItemArgs{Id: new(480), Expand: &workitemtracking.WorkItemExpandValues.All})
	if err != nil {
		return fmt.Errorf("work item: %w", err)
	}
	fmt.Println(*item.Id, (*item.Fields)["System.Title"], (*item.Fields)["System.IterationPath"], len(*item.Relations) > 0)

	update := func(rev int, operations ...webapi.JsonPatchOperation) (*workitemtracking.WorkItem, error) {
		document := append([]webapi.JsonPatchOperation{{Op: &webapi.OperationValues.Test, Path: new("/rev"), Value: rev}}, operations...)
		return client.UpdateWorkItem(ctx, workitemtracking.UpdateWorkItemArgs{Id: item.Id, Document: &document})
	}
	title := webapi.JsonPatchOperation{Op: &webapi.OperationValues.Add, Path: new("/fields/System.Title"), Value: "Customer Phone - Phase 3"}
	changed, err := update(*item.Rev, title)
	if err != nil {
		return fmt.Errorf("update: %w", err)
	}
	fmt.Println(*changed.Rev-*item.Rev, (*changed.Fields)["System.Title"])

	_, err = update(*item.Rev, title)
	var refused azuredevops.WrappedError
	if !errors.As(err, &refused) {
		return fmt.Errorf("update of an old revision: %w", err)
	}
	fmt.Println(*refused.StatusCode, *refused.TypeKey)

	all, err := client.GetWorkItems(ctx, workitemtracking.GetWorkItemsArgs{Ids: &[]int{361, 362}, Fields: &[]string{"System.Title"}})
	if err != nil {
		return fmt.Errorf("work items: %w", err)
	}
	for _, w := range *all {
		fmt.Println(*w.Id, *w.Rev > 0, *w.Fields)
	}
	return nil
}

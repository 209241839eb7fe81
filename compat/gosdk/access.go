package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/google/uuid"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/audit"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/graph"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/identity"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/licensing"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/memberentitlementmanagement"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/security"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/workitemtracking"
)

// areas is the namespace of the permissions on areas and their work items, and one of those.
const (
	areas         = "83e28ad4-2d72-4ceb-97b0-c7726d5502c3"
	viewWorkItems = 16
	fiber         = "Fabrikam Fiber"
)

// access hides the work items of an area from a reader and shows them again, lets in a person and a service principal,
// removes both, and finds all of it in the audit log.
type access struct {
	security     security.Client
	identities   identity.Client
	items        workitemtracking.Client
	readers      workitemtracking.Client // as the reader
	entitlements memberentitlementmanagement.Client
	audit        audit.Client
}

func runAccess(ctx context.Context, connection *azuredevops.Connection) error {
	reader := azuredevops.NewPatConnection(connection.BaseUrl, os.Getenv("READER"))
	a := access{security: security.NewClient(ctx, connection)}
	var errs [5]error
	a.identities, errs[0] = identity.NewClient(ctx, connection)
	a.items, errs[1] = workitemtracking.NewClient(ctx, connection)
	a.readers, errs[2] = workitemtracking.NewClient(ctx, reader)
	a.entitlements, errs[3] = memberentitlementmanagement.NewClient(ctx, connection)
	a.audit, errs[4] = audit.NewClient(ctx, connection)
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	for _, step := range []struct {
		name string
		run  func(context.Context) error
	}{{"permissions", a.permissions}, {"person", a.person}, {"service principal", a.servicePrincipal}, {"audit log", a.log}} {
		if err := step.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return nil
}

func (a *access) permissions(ctx context.Context) error {
	namespace := uuid.MustParse(areas)
	described, err := a.security.QuerySecurityNamespaces(ctx, security.QuerySecurityNamespacesArgs{SecurityNamespaceId: &namespace})
	if err != nil {
		return err
	}
	root, err := a.items.GetClassificationNode(ctx, workitemtracking.GetClassificationNodeArgs{Project: new(fiber), StructureGroup: &workitemtracking.TreeStructureGroupValues.Areas})
	if err != nil {
		return err
	}
	token := "vstfs:///Classification/Node/" + root.Identifier.String()
	found, err := a.identities.ReadIdentities(ctx, identity.ReadIdentitiesArgs{SearchFilter: new("General"), FilterValue: new("Nicole Zamora")})
	if err != nil {
		return err
	}
	nicole := (*found)[0].Descriptor
	fmt.Println(*(*described)[0].Name)
	seen := func() error {
		result, err := a.readers.QueryByWiql(ctx, workitemtracking.QueryByWiqlArgs{Project: new(fiber),
			Wiql: &workitemtracking.Wiql{Query: new("SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project")}})
		if err != nil {
			return err
		}
		fmt.Println("sees some:", len(*result.WorkItems) > 0)
		return nil
	}
	if err := seen(); err != nil {
		return err
	}
	set, err := a.security.SetAccessControlEntries(ctx, security.SetAccessControlEntriesArgs{SecurityNamespaceId: &namespace,
		Container: map[string]any{"token": token, "merge": true, "accessControlEntries": []security.AccessControlEntry{
			{Descriptor: nicole, Allow: new(0), Deny: new(viewWorkItems)}}}})
	if err != nil {
		return err
	}
	fmt.Println("denied:", *(*set)[0].Deny)
	if err := seen(); err != nil {
		return err
	}
	may, err := a.security.HasPermissions(ctx, security.HasPermissionsArgs{SecurityNamespaceId: &namespace, Permissions: new(viewWorkItems), Tokens: &token})
	if err != nil {
		return err
	}
	lists, err := a.security.QueryAccessControlLists(ctx, security.QueryAccessControlListsArgs{SecurityNamespaceId: &namespace, Token: &token,
		Descriptors: nicole, IncludeExtendedInfo: new(true)})
	if err != nil {
		return err
	}
	entry := (*(*lists)[0].AcesDictionary)[*nicole]
	fmt.Println("administrator:", (*may)[0], "listed:", *entry.Deny, "effective:", *entry.ExtendedInfo.EffectiveDeny)
	removed, err := a.security.RemoveAccessControlEntries(ctx, security.RemoveAccessControlEntriesArgs{SecurityNamespaceId: &namespace, Token: &token, Descriptors: nicole})
	if err != nil {
		return err
	}
	fmt.Println("removed:", *removed)
	return seen()
}

func (a *access) person(ctx context.Context) error {
	added, err := a.entitlements.AddUserEntitlement(ctx, memberentitlementmanagement.AddUserEntitlementArgs{UserEntitlement: &memberentitlementmanagement.UserEntitlement{
		AccessLevel: &licensing.AccessLevel{AccountLicenseType: &licensing.AccountLicenseTypeValues.Stakeholder},
		User:        &graph.GraphUser{PrincipalName: new("berth@fabrikam.com"), SubjectKind: new("user")}}})
	if err != nil {
		return err
	}
	id := added.UserEntitlement.Id
	now, err := a.entitlements.GetUserEntitlement(ctx, memberentitlementmanagement.GetUserEntitlementArgs{UserId: id})
	if err != nil {
		return err
	}
	fmt.Println(*added.IsSuccess, *now.User.PrincipalName, *now.AccessLevel.AccountLicenseType)
	if err := a.entitlements.DeleteUserEntitlement(ctx, memberentitlementmanagement.DeleteUserEntitlementArgs{UserId: id}); err != nil {
		return err
	}
	_, err = a.entitlements.GetUserEntitlement(ctx, memberentitlementmanagement.GetUserEntitlementArgs{UserId: id})
	return notFound("person", err)
}

func (a *access) servicePrincipal(ctx context.Context) error {
	added, err := a.entitlements.AddServicePrincipalEntitlement(ctx, memberentitlementmanagement.AddServicePrincipalEntitlementArgs{
		ServicePrincipalEntitlement: &memberentitlementmanagement.ServicePrincipalEntitlement{
			AccessLevel:      &licensing.AccessLevel{AccountLicenseType: &licensing.AccountLicenseTypeValues.Express},
			ServicePrincipal: &graph.GraphServicePrincipal{DisplayName: new("Crane"), Origin: new("aad"), OriginId: new("6f1d2f0c-6c1b-4c57-9a2b-0a3f8a1f8f11"), SubjectKind: new("servicePrincipal")}}})
	if err != nil {
		return err
	}
	id := added.ServicePrincipalEntitlement.Id
	now, err := a.entitlements.GetServicePrincipalEntitlement(ctx, memberentitlementmanagement.GetServicePrincipalEntitlementArgs{ServicePrincipalId: id})
	if err != nil {
		return err
	}
	fmt.Println(*added.IsSuccess, *now.ServicePrincipal.DisplayName, *now.ServicePrincipal.SubjectKind, *now.AccessLevel.AccountLicenseType,
		strings.HasPrefix(*now.ServicePrincipal.Descriptor, "aadsp."))
	if err := a.entitlements.DeleteServicePrincipalEntitlement(ctx, memberentitlementmanagement.DeleteServicePrincipalEntitlementArgs{ServicePrincipalId: id}); err != nil {
		return err
	}
	_, err = a.entitlements.GetServicePrincipalEntitlement(ctx, memberentitlementmanagement.GetServicePrincipalEntitlementArgs{ServicePrincipalId: id})
	return notFound("service principal", err)
}

func (a *access) log(ctx context.Context) error {
	result, err := a.audit.QueryLog(ctx, audit.QueryLogArgs{BatchSize: new(50)})
	if err != nil {
		return err
	}
	var actions []string
	for _, e := range *result.DecoratedAuditLogEntries {
		actions = append(actions, *e.ActionId)
	}
	fmt.Println(strings.Join(actions, " "))
	return nil
}

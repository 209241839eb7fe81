package api

import (
	"slices"
	"strings"

	"boardwalk/azdo"
)

// What a token must be allowed for an operation; anyScope asks for nothing but a valid token.
const (
	anyScope    = ""
	readProject = "vso.project"
	readWork    = "vso.work"
	writeWork   = "vso.work_write"
	fullWork    = "vso.work_full"

	manageProject  = "vso.project_manage"
	readGraph      = "vso.graph"
	manageGraph    = "vso.graph_manage"
	readIdentity   = "vso.identity"
	manageIdentity = "vso.identity_manage"
	manageSecurity = "vso.security_manage"
	readSettings   = "vso.settings"
	writeSettings  = "vso.settings_write"
	readMembers    = "vso.memberentitlementmanagement"
	writeMembers   = "vso.memberentitlementmanagement_write"

	readAnalytics = "vso.analytics"
	readAudit     = "vso.auditlog"

	readDashboards  = "vso.dashboards"
	writeDashboards = "vso.dashboards_manage"

	// The hosted service has no scope for writing to Analytics; who brings in runs and results has that of test runs.
	writeAnalytics = "vso.test_write"

	// Pairs for gaps: the scope of reading, the scope of writing.
	workScope        = readWork + " " + writeWork
	projectScope     = readProject + " " + manageProject
	graphScope       = readGraph + " " + manageGraph
	identityScopes   = readIdentity + " " + manageIdentity
	profileScope     = "vso.profile vso.profile_write"
	ownTokens        = "vso.tokens"
	adminTokens      = "vso.tokenadministration"
	auditStreamScope = "vso.auditstreams vso.auditstreams"
)

// at is a row of the table.
func at(id, area, resource, template string, revision int, oldest, newest, released string, operations ...[]operation) location {
	return location{
		ResourceLocation: azdo.ResourceLocation{ID: id, Area: area, ResourceName: resource, RouteTemplate: template,
			ResourceVersion: revision, MinVersion: oldest, MaxVersion: newest, ReleasedVersion: released},
		operations: slices.Concat(operations...),
	}
}

// on is an operation that is served. Its first argument is a method and, after a blank, the parameter without which
// the path means another operation.
func on(method, scope string, h handler) []operation {
	method, with, _ := strings.Cut(method, " ")
	return []operation{{method, with, scope, h}}
}

// gaps are operations that clients know and this server lacks.
func gaps(methods, scopes string) []operation {
	read, write, _ := strings.Cut(scopes, " ")
	var list []operation
	for method := range strings.SplitSeq(methods, " ") {
		scope := write
		if method == "GET" || method == "HEAD" {
			scope = read
		}
		list = append(list, operation{method, "", scope, nil})
	}
	return list
}

// table is all operations that clients know, in the order in which the hosted service lists their locations: clients
// that look a resource up by name take the first. Rows without operations are known by location only.
func (a *API) table() []location {
	return []location{
		at("06bcc74a-1491-4eb8-a0eb-704778f9d041", "ClientTrace", "Events", "_apis/{area}/{resource}", 1, "4.1", "7.2", "0.0", on("POST", anyScope, a.discardEvents)),
		at("2648442b-fd63-4b9a-902f-0c913510f139", "Contribution", "installedApps", "_apis/{area}/{resource}/{extensionId}", 2, "2.0", "7.2", "0.0", gaps("GET", anyScope)),
		at("3353e165-a11e-43aa-9d88-14f2bb09b6d9", "Contribution", "HierarchyQuery", "_apis/{area}/{resource}/{scopeName}/{scopeValue}", 1, "5.0", "7.2", "0.0"),
		at("8ec9f10c-ab9f-4618-8817-48f3125dde6a", "Contribution", "Hierarchy", "_apis/{area}/{resource}/{contributionId}/{scopeName}/{scopeValue}", 1, "3.1", "7.2", "0.0"),
		at("197d0a40-ec36-4fa1-9fd8-6a1324644462", "Contribution", "Hierarchy", "_apis/{area}/{resource}/{contributionId}", 1, "3.1", "4.0", "0.0"),
		at("738368db-35ee-4b85-9f94-77ed34af2b0d", "Contribution", "dataProvidersQuery", "_apis/{area}/dataProviders/query/{scopeName}/{scopeValue}", 1, "2.2", "7.2", "0.0", gaps("POST", anyScope)),
		at("3e2f6668-0798-4dcb-b592-bfe2fa57fde2", "Contribution", "installedApps", "_apis/{area}/{resource}/{publisherName}/{extensionName}", 2, "2.1", "7.2", "0.0", gaps("GET", anyScope)),
		at("db7f2146-2309-4cee-b39c-c767777a1c55", "Contribution", "ContributionNodeQuery", "_apis/{area}/nodes/query", 1, "3.1", "7.2", "0.0", gaps("POST", anyScope)),
		at("6f9619ff-8b86-d011-b42d-00c04fc964ff", "core", "categorizedTeams", "_apis/projects/{projectId}/{resource}/", 1, "7.1", "7.2", "0.0", on("GET", readProject, a.listCategorizedTeams)),
		at("603fe2ac-9723-48b9-88ad-09305aa6c6e1", "core", "projects", "_apis/{resource}/{*projectId}", 4, "1.0", "7.2", "7.1", on("GET projectId", readProject, a.showProject), on("GET", readProject, a.listProjects), on("POST", manageProject, a.createProject), on("PATCH projectId", manageProject, a.updateProject), on("DELETE projectId", manageProject, a.deleteProject)),
		at("294c494c-2600-4d7e-b76c-3dd50c3c95be", "core", "members", "_apis/projects/{projectId}/teams/{teamId}/{resource}", 2, "1.0", "7.2", "7.1", on("GET", readProject, a.listTeamMembers)),
		at("8031090f-ef1d-4af6-85fc-698cd75d42bf", "core", "projectCollections", "_apis/{resource}/{collectionId}", 2, "1.0", "7.2", "7.1", on("GET collectionId", readProject, a.showCollection), on("GET", readProject, a.listCollections)),
		at("6488a877-4749-4954-82ea-7340d36be9f2", "core", "projectHistory", "_apis/{resource}", 2, "1.0", "7.2", "0.0", on("GET", readProject, a.listProjectHistory)),
		at("0a3ffdfc-fe94-47a6-bb27-79bf3f762eac", "core", "projectsproperties", "_apis/{resource}", 1, "5.1", "7.2", "0.0", on("GET", readProject, a.listProjectsProperties)),
		at("7a4d9ee9-3433-4347-b47a-7a80f1cf307e", "core", "teams", "_apis/{resource}", 3, "4.1", "7.2", "0.0", on("GET", readProject, a.listAllTeams)),
		at("93878975-88c5-4e6a-8abb-7ddd77a8a7d8", "core", "processes", "_apis/process/{resource}/{*processId}", 1, "1.0", "7.2", "7.1", on("GET processId", readProject, a.showProcess), on("GET", readProject, a.listProcesses)),
		at("ec1f4311-f2b4-4c15-b2b8-8990b80d2908", "core", "proxies", "_apis/{resource}", 2, "1.0", "7.2", "0.0", gaps("GET PUT DELETE", projectScope)),
		at("daddc313-3dad-48f8-b317-9373e3581dde", "core", "Exports", "_apis/projectCollections/{collectionId}/{resource}/{id}", 1, "1.0", "4.1", "0.0"),
		at("b4f70219-e18b-42c5-abe3-98b07d35525e", "core", "connectedServices", "_apis/projects/{projectId}/{resource}/{name}", 1, "1.0", "7.2", "0.0", gaps("GET POST", projectScope)),
		at("4976a71a-4487-49aa-8aab-a1eda469037a", "core", "properties", "_apis/projects/{projectId}/{resource}", 1, "3.2", "7.2", "0.0", on("GET", readProject, a.listProperties), on("PATCH", manageProject, a.updateProperties)),
		at("d30a3dd1-f8ba-442a-b86a-bd0c0c383e59", "core", "teams", "_apis/projects/{projectId}/{resource}/{*teamId}", 3, "1.0", "7.2", "7.1", on("GET teamId", readProject, a.showTeam), on("GET", readProject, a.listTeams), on("POST", manageProject, a.createTeam), on("PATCH teamId", manageProject, a.updateTeam), on("DELETE teamId", manageProject, a.deleteTeam)),
		at("54b2a2a0-859b-4d05-827c-ec4c862f641a", "core", "avatar", "_apis/projects/{projectId}/{resource}", 1, "5.1", "7.2", "0.0", on("PUT", manageProject, a.setProjectAvatar), on("DELETE", manageProject, a.deleteProjectAvatar)),
		at("5ead0b70-2572-4697-97e9-f341069a783a", "core", "identityMru", "_apis/{area}/{resource}/{mruName}", 1, "1.0", "7.2", "0.0", gaps("GET POST PATCH DELETE", projectScope)),
		at("b5cc35c2-ff2b-491d-a085-24b6e9f396fd", "CustomerIntelligence", "Events", "_apis/{area}/{resource}", 1, "2.0", "7.2", "0.0", on("POST", anyScope, a.discardEvents)),
		at("95cf85db-c3fa-4d3f-8da2-09185b176364", "Dashboard", "Widgets", "{project}/_apis/{area}/groups/{groupId}/dashboards/{dashboardId}/{resource}/{widgetId}", 1, "1.0", "2.2", "0.0"),
		at("bdcff53a-8355-4172-a00a-40497ea23afc", "Dashboard", "Widgets", "{project}/{team}/_apis/{area}/dashboards/{dashboardId}/{resource}/{widgetId}", 2, "3.0", "7.2", "0.0", on("GET widgetId", readDashboards, a.showWidget), on("GET", readDashboards, a.listWidgets), on("POST", writeDashboards, a.createWidget), on("PUT widgetId", writeDashboards, a.replaceWidget), on("PUT", writeDashboards, a.replaceWidgets), on("PATCH widgetId", writeDashboards, a.updateWidget), on("PATCH", writeDashboards, a.updateWidgets), on("DELETE widgetId", writeDashboards, a.deleteWidget)),
		at("6b3628d3-e96f-4fc7-b176-50240b03b515", "Dashboard", "WidgetTypes", "{project}/_apis/{area}/{resource}/{contributionId}", 1, "1.0", "7.2", "0.0", on("GET contributionId", readDashboards, a.showWidgetType), on("GET", readDashboards, a.listWidgetTypes)),
		at("454b3e51-2e6e-48d4-ad81-978154089351", "Dashboard", "Dashboards", "{project}/{team}/_apis/{area}/{resource}/{dashboardId}", 3, "3.0", "7.2", "0.0", on("GET dashboardId", readDashboards, a.showDashboard), on("GET", readDashboards, a.listDashboards), on("POST", writeDashboards, a.createDashboard), on("PUT dashboardId", writeDashboards, a.replaceDashboard), on("PUT", writeDashboards, a.replaceDashboards), on("DELETE dashboardId", writeDashboards, a.deleteDashboard)),
		at("8919bdc7-4441-4fdc-ad54-cbea63d950d4", "Dashboard", "Dashboards", "{project}/_apis/{area}/groups/{groupId}/{resource}/{dashboardId}", 1, "1.0", "2.2", "0.0"),
		at("563a4f53-b86d-4b65-9755-d8a917fc9379", "Dashboard", "Groups", "{project}/_apis/{area}/{resource}/{groupId}", 1, "1.0", "2.2", "0.0"),
		at("c4209f25-7a27-41dd-9f04-06080c7b6afd", "FeatureManagement", "Features", "_apis/{area}/{resource}/{featureId}", 1, "3.0", "7.2", "0.0", on("GET featureId", readSettings, a.showFeature), on("GET", readSettings, a.listFeatures)),
		at("2b4486ad-122b-400c-ae65-17b6672c1f9d", "FeatureManagement", "FeatureStatesQuery", "_apis/{area}/{resource}", 1, "3.1", "7.2", "0.0", on("POST", readSettings, a.queryFeatureStates)),
		at("f29e997b-c2da-4d15-8380-765788a1a74c", "FeatureManagement", "FeatureStatesQuery", "_apis/{area}/{resource}/{userScope}/{scopeName}/{scopeValue}", 1, "3.1", "7.2", "0.0", on("POST", readSettings, a.queryFeatureStates)),
		at("3f810f28-03e2-4239-b0bc-788add3005e5", "FeatureManagement", "FeatureStatesQuery", "_apis/{area}/{resource}/{userScope}", 1, "3.1", "7.2", "0.0", on("POST", readSettings, a.queryFeatureStates)),
		at("98911314-3f9b-4eaf-80e8-83900d8e85d9", "FeatureManagement", "FeatureStates", "_apis/{area}/{resource}/{userScope}/{featureId}", 1, "3.0", "7.2", "0.0", on("GET featureId", readSettings, a.showFeatureState), on("PATCH featureId", writeSettings, a.updateFeatureState)),
		at("dd291e43-aa9f-4cee-8465-a93c78e414a4", "FeatureManagement", "FeatureStates", "_apis/{area}/{resource}/{userScope}/{scopeName}/{scopeValue}/{featureId}", 1, "3.0", "7.2", "0.0", on("GET featureId", readSettings, a.showFeatureState), on("PATCH featureId", writeSettings, a.updateFeatureState)),
		at("d443431f-b341-42e4-85cf-a5b0d639ed8f", "GraphProfile", "MemberAvatars", "_apis/{area}/{resource}/{memberDescriptor}", 1, "5.0", "7.2", "7.1", on("GET memberDescriptor", readGraph, a.showMemberAvatar)),
		at("0c62d343-21b0-4732-997b-017fde84dc28", "hooks", "notifications", "_apis/{area}/subscriptions/{subscriptionId}/{resource}/{notificationId}", 1, "1.0", "7.2", "7.1", on("GET notificationId", readWork, a.showNotification), on("GET", readWork, a.listNotifications)),
		at("fc50d02a-849f-41fb-8af1-0a5216103269", "hooks", "subscriptions", "_apis/{area}/{resource}/{subscriptionId}", 1, "1.0", "7.2", "7.1", on("GET subscriptionId", readWork, a.showSubscription), on("GET", readWork, a.listSubscriptions), on("POST", fullWork, a.createSubscription), on("PUT subscriptionId", fullWork, a.replaceSubscription), on("DELETE subscriptionId", fullWork, a.deleteSubscription)),
		at("140ed26d-ed51-4583-a1bd-0dd3fdd708bd", "hooks", "inputValuesQuery", "_apis/{area}/{resource}", 1, "1.0", "7.2", "7.1", on("POST", readWork, a.querySubscriptionInputs)),
		at("c3428e90-7a69-4194-8ed8-0f153185ee0d", "hooks", "actions", "_apis/{area}/consumers/{consumerId}/{resource}/{consumerActionId}", 1, "1.0", "7.2", "7.1", on("GET consumerActionId", readWork, a.showConsumerAction), on("GET", readWork, a.listConsumerActions)),
		at("1139462c-7e27-4524-a997-31b9b73551fe", "hooks", "testNotifications", "_apis/{area}/{resource}/{notificationId}", 1, "1.0", "7.2", "7.1", on("POST", fullWork, a.testNotification), gaps("GET", workScope)),
		at("3b36bcb5-02ad-43c6-bbfa-6dfc6f8e9d68", "hooks", "Diagnostics", "_apis/{area}/subscriptions/{subscriptionId}/diagnostics", 1, "4.1", "7.2", "7.1", gaps("GET PUT", workScope)),
		at("1a57562f-160a-4b5c-9185-905e95b39d36", "hooks", "notificationsQuery", "_apis/{area}/{resource}", 1, "1.0", "7.2", "7.1", on("POST", readWork, a.queryNotifications)),
		at("c7c3c1cf-9e05-4c0d-a425-a0f922c2c6ed", "hooks", "subscriptionsQuery", "_apis/{area}/{resource}", 1, "1.0", "7.2", "7.1", on("POST", readWork, a.querySubscriptions)),
		at("e0e0a1c9-beeb-4fb7-a8c8-b18e3161a50e", "hooks", "externalEvents", "_apis/public/{area}/{resource}", 1, "2.0", "7.2", "7.1", gaps("POST", workScope)),
		at("db4777cd-8e08-4a84-8ba3-c974ea033718", "hooks", "eventTypes", "_apis/{area}/publishers/{publisherId}/{resource}/{eventTypeId}", 1, "1.0", "7.2", "7.1", on("GET eventTypeId", readWork, a.showEventType), on("GET", readWork, a.listEventTypes)),
		at("1e83a210-5b53-43bc-90f0-d476a4e5d731", "hooks", "publishers", "_apis/{area}/{resource}/{publisherId}", 1, "1.0", "7.2", "7.1", on("GET publisherId", readWork, a.showPublisher), on("GET", readWork, a.listPublishers)),
		at("99b44a8a-65a8-4670-8f3e-e7f7842cce64", "hooks", "publishersQuery", "_apis/{area}/{resource}", 1, "1.0", "7.2", "7.1", on("POST", readWork, a.queryPublishers)),
		at("4301c514-5f34-4f5d-a145-f0ea7b5b7d19", "hooks", "consumers", "_apis/{area}/{resource}/{consumerId}", 1, "1.0", "7.2", "7.1", on("GET consumerId", readWork, a.showConsumer), on("GET", readWork, a.listConsumers)),
		at("d815d352-a566-4dc1-a3e3-fd245acf688c", "hooks", "PublisherInputValuesQuery", "_apis/{area}/publishers/{publisherId}/inputValuesQuery", 1, "2.0", "7.2", "7.1", on("POST", readWork, a.queryPublisherInputs)),
		at("00d9565f-ed9c-4a06-9a50-00e7896ccab4", "Location", "ConnectionData", "_apis/{resource}", 1, "1.0", "7.2", "0.0", on("GET", anyScope, a.showConnection)),
		at("e81700f7-3be2-46de-8624-2eb35882fcaa", "Location", "ResourceAreas", "_apis/{resource}/{areaId}", 1, "3.2", "7.2", "0.0", on("GET areaId", anyScope, a.showResourceArea), on("GET", anyScope, a.listResourceAreas)),
		at("d810a47d-f4f4-4a62-a03f-fa1860585c4c", "Location", "ServiceDefinitions", "_apis/{resource}/{serviceType}/{identifier}", 1, "1.0", "7.2", "0.0", on("GET identifier", anyScope, a.showServiceDefinition), on("GET", anyScope, a.listServiceDefinitions), on("PATCH", manageProject, a.updateServiceDefinitions), on("DELETE identifier", manageProject, a.deleteServiceDefinition)),
		at("7f82df6d-7d09-46c1-a015-643b556b3a1e", "operations", "operations", "_apis/{resource}/{pluginId}/{operationId}", 1, "4.0", "7.2", "0.0"),
		at("9a1b74b4-2ca8-4a9f-8470-c2f2e6fdc949", "operations", "operations", "_apis/{resource}/{operationId}", 1, "2.0", "7.2", "7.1", on("GET operationId", readProject, a.showOperation)),
		at("90bf9317-3571-487b-bc8c-a523ba0e05d7", "processAdmin", "behaviors", "_apis/work/{area}/{processId}/{resource}/{behaviorid}", 1, "3.0", "7.2", "7.1", on("GET", readWork, a.showAdminBehaviors)),
		at("29e1f38d-9e9c-4358-86a5-cdf9896a5759", "processAdmin", "processes", "_apis/work/{area}/{resource}/{action}/{id}", 1, "2.2", "7.2", "7.1", gaps("GET POST", workScope)),
		at("2617828b-e850-4375-a92a-04855704d4c3", "processDefinitions", "Groups", "_apis/work/{area}/{processId}/workItemTypes/{witRefName}/layout/pages/{pageId}/sections/{sectionId}/{resource}/{groupId}", 1, "2.1", "7.2", "7.1", on("POST", writeWork, a.addGroup), on("PUT groupId", writeWork, a.moveGroup), on("PATCH groupId", writeWork, a.updateGroup), on("DELETE groupId", writeWork, a.removeGroup)),
		at("1ce0acad-4638-49c3-969c-04aa65ba6bea", "processDefinitions", "workItemTypes", "_apis/work/{area}/{processId}/{resource}/{witRefName}", 1, "2.1", "7.2", "7.1", on("GET witRefName", readWork, a.showDefinitionType), on("GET", readWork, a.listDefinitionTypes), on("POST", writeWork, a.createDefinitionType), on("PATCH witRefName", writeWork, a.updateDefinitionType), on("DELETE witRefName", writeWork, a.deleteProcessType)),
		at("1b4ac126-59b2-4f37-b4df-0a48ba807edb", "processDefinitions", "Pages", "_apis/work/{area}/{processId}/workItemTypes/{witRefName}/layout/{resource}/{pageId}", 1, "2.1", "7.2", "7.1", on("POST", writeWork, a.addPage), on("PATCH", writeWork, a.updatePage), on("DELETE pageId", writeWork, a.removePage)),
		at("b45cc931-98e3-44a1-b1cd-2e8e9c6dc1c6", "processDefinitions", "lists", "_apis/work/{area}/{resource}", 1, "2.1", "7.2", "7.1", on("GET", readWork, a.listPicklists), on("POST", writeWork, a.createPicklist(listWithIDs))),
		at("0b6179e2-23ce-46b2-b094-2ffa5ee70286", "processDefinitions", "lists", "_apis/work/{area}/{resource}/{listId}", 1, "2.1", "7.2", "7.1", on("GET listId", readWork, a.showPicklist(listWithIDs)), on("POST", writeWork, a.createPicklist(listWithIDs)), on("PUT listId", writeWork, a.updatePicklist(listWithIDs)), on("DELETE listId", writeWork, a.deletePicklist)),
		at("4303625d-08f4-4461-b14b-32c65bba5599", "processDefinitions", "states", "_apis/work/{area}/{processId}/workItemTypes/{witRefName}/{resource}/{stateId}", 1, "2.1", "7.2", "7.1", on("GET stateId", readWork, a.showProcessState), on("GET", readWork, a.listProcessStates), on("POST", writeWork, a.createProcessState), on("PUT stateId", writeWork, a.hideProcessState), on("PATCH stateId", writeWork, a.updateProcessState), on("DELETE stateId", writeWork, a.deleteProcessState)),
		at("3eacc80a-ddca-4404-857a-6331aac99063", "processDefinitions", "layout", "_apis/work/{area}/{processId}/workItemTypes/{witRefName}/{resource}", 1, "2.1", "7.2", "7.1", on("GET", readWork, a.showLayout)),
		at("afd8a636-9883-4427-895d-7b7cafecde50", "processDefinitions", "workItemTypes", "_apis/work/{area}/{processId}/{resource}/{witRefName}/fields/{field}", 1, "2.1", "3.2", "0.0"),
		at("47a651f4-fb70-43bf-b96b-7c0ba947142b", "processDefinitions", "behaviors", "_apis/work/{area}/{processId}/{resource}/{behaviorId}", 1, "2.1", "7.2", "7.1", on("GET behaviorId", readWork, a.showDefinitionBehavior), on("GET", readWork, a.listDefinitionBehaviors), on("POST", writeWork, a.createDefinitionBehavior), on("PUT behaviorId", writeWork, a.replaceDefinitionBehavior), on("DELETE behaviorId", writeWork, a.deleteDefinitionBehavior)),
		at("8b13e121-0af4-41f5-91d2-91af48e55f81", "processDefinitions", "workItemTypes", "_apis/work/{area}/{processId}/{resource}/{witRefNameForRules}/fields/{fieldRefName}/rules/{ruleId}", 1, "2.1", "3.2", "0.0"),
		at("f36c66c7-911d-4163-8938-d3c5d0d7f5aa", "processDefinitions", "fields", "_apis/work/{area}/{processId}/{resource}/{field}", 1, "2.1", "7.2", "7.1", on("POST", writeWork, a.createDefinitionField), gaps("PATCH", workScope)),
		at("e2e3166a-627a-4e9b-85b2-d6a097bbd731", "processDefinitions", "Controls", "_apis/work/{area}/{processId}/workItemTypes/{witRefName}/layout/groups/{groupId}/{resource}/{controlId}", 1, "2.1", "7.2", "7.1", on("POST", writeWork, a.addControl), on("PUT controlId", writeWork, a.moveControl), on("PATCH controlId", writeWork, a.updateControl), on("DELETE controlId", writeWork, a.removeControl)),
		at("921dfb88-ef57-4c69-94e5-dd7da2d7031d", "processDefinitions", "workItemTypes", "_apis/work/{area}/{processId}/{resource}/{witRefNameForBehaviors}/behaviors/{behaviorRefName}", 1, "2.1", "7.2", "7.1", on("GET", readWork, a.listTypeBehaviors), on("POST", writeWork, a.putTypeBehavior), on("PATCH", writeWork, a.putTypeBehavior), on("DELETE behaviorRefName", writeWork, a.removeTypeBehavior)),
		at("976713b4-a62e-499e-94dc-eeb869ea9126", "processDefinitions", "workItemTypesFields", "_apis/work/{area}/{processId}/workItemTypes/{witRefNameForFields}/fields/{fieldRefName}", 1, "2.1", "7.2", "7.1", on("GET fieldRefName", readWork, a.showDefinitionField), on("GET", readWork, a.listDefinitionFields), on("POST", writeWork, a.putDefinitionField), on("PATCH", writeWork, a.putDefinitionField), on("DELETE fieldRefName", writeWork, a.removeDefinitionField)),
		at("7a0e7a1a-0b34-4ae0-9744-0aaffb7d0ed1", "processes", "fields", "_apis/work/{area}/{processId}/{resource}/{field}", 1, "2.1", "7.2", "7.1"),
		at("1cc7b29f-6697-4d9d-b0a1-2650d3e1d584", "processes", "Pages", "_apis/work/{area}/{processId}/workItemTypes/{witRefName}/layout/{resource}/{pageId}", 1, "5.0", "7.2", "7.1", on("POST", writeWork, a.addPage), on("PATCH", writeWork, a.updatePage), on("DELETE pageId", writeWork, a.removePage)),
		at("31015d57-2dff-4a46-adb3-2fb4ee3dcec9", "processes", "states", "_apis/work/{area}/{processId}/workItemTypes/{witRefName}/{resource}/{stateId}", 1, "3.2", "7.2", "7.1", on("GET stateId", readWork, a.showProcessState), on("GET", readWork, a.listProcessStates), on("POST", writeWork, a.createProcessState), on("PUT stateId", writeWork, a.hideProcessState), on("PATCH stateId", writeWork, a.updateProcessState), on("DELETE stateId", writeWork, a.deleteProcessState)),
		at("fa8646eb-43cd-4b71-9564-40106fd63e40", "processes", "layout", "_apis/work/{area}/{processId}/workItemTypes/{witRefName}/{resource}", 1, "5.0", "7.2", "7.1", on("GET", readWork, a.showLayout)),
		at("bc0ad8dc-e3f3-46b0-b06c-5bf861793196", "processes", "fields", "_apis/work/{area}/{processId}/workItemTypes/{witRefName}/{resource}/{fieldRefName}", 2, "2.1", "7.2", "7.1", on("GET fieldRefName", readWork, a.showProcessField), on("GET", readWork, a.listProcessFields), on("POST", writeWork, a.putProcessField), on("PATCH fieldRefName", writeWork, a.putProcessField), on("DELETE fieldRefName", writeWork, a.removeProcessField)),
		at("76fe3432-d825-479d-a5f6-983bbb78b4f3", "processes", "rules", "_apis/work/{area}/{processId}/workItemTypes/{witRefName}/{resource}/{ruleId}", 2, "2.1", "7.2", "7.1", on("GET ruleId", readWork, a.showProcessRule), on("GET", readWork, a.listProcessRules), on("POST", writeWork, a.putProcessRule), on("PUT ruleId", writeWork, a.putProcessRule), on("DELETE ruleId", writeWork, a.deleteProcessRule)),
		at("d1800200-f184-4e75-a5f2-ad0b04b4373e", "processes", "behaviors", "_apis/work/{area}/{processId}/{resource}/{behaviorRefName}", 2, "2.1", "7.2", "7.1", on("GET behaviorRefName", readWork, a.showBehavior), on("GET", readWork, a.listBehaviors), on("POST", writeWork, a.createBehavior), on("PUT behaviorRefName", writeWork, a.updateBehavior), on("DELETE behaviorRefName", writeWork, a.deleteBehavior)),
		at("02cc6a73-5cfb-427d-8c8e-b49fb086e8af", "processes", "processes", "_apis/work/{resource}/{processTypeId}", 2, "2.1", "7.2", "7.1", on("GET processTypeId", readWork, a.showWorkProcess), on("GET", readWork, a.listWorkProcesses), on("POST", writeWork, a.createWorkProcess), on("PATCH processTypeId", writeWork, a.updateWorkProcess), on("DELETE processTypeId", writeWork, a.deleteWorkProcess)),
		at("01e15468-e27c-4e20-a974-bd957dcccebc", "processes", "lists", "_apis/work/{area}/{resource}/{listId}", 1, "5.0", "7.2", "7.1", on("GET listId", readWork, a.showPicklist(plainList)), on("GET", readWork, a.listPicklists), on("POST", writeWork, a.createPicklist(plainList)), on("PUT listId", writeWork, a.updatePicklist(plainList)), on("DELETE listId", writeWork, a.deletePicklist)),
		at("e2e9d1a6-432d-4062-8870-bfcb8c324ad7", "processes", "workItemTypes", "_apis/work/{area}/{processId}/{resource}/{witRefName}", 2, "2.1", "7.2", "7.1", on("GET witRefName", readWork, a.showProcessType), on("GET", readWork, a.listProcessTypes), on("POST", writeWork, a.createProcessType), on("PATCH witRefName", writeWork, a.updateProcessType), on("DELETE witRefName", writeWork, a.deleteProcessType)),
		at("766e44e1-36a8-41d7-9050-c343ff02f7a5", "processes", "Groups", "_apis/work/{area}/{processId}/workItemTypes/{witRefName}/layout/pages/{pageId}/sections/{sectionId}/{resource}/{groupId}", 1, "5.0", "7.2", "7.1", on("POST", writeWork, a.addGroup), on("PUT groupId", writeWork, a.moveGroup), on("PATCH groupId", writeWork, a.updateGroup), on("DELETE groupId", writeWork, a.removeGroup)),
		at("ff9a3d2c-32b7-4c6c-991c-d5a251fb9098", "processes", "SystemControls", "_apis/work/{area}/{processId}/workItemTypes/{witRefName}/layout/systemcontrols/{controlId}", 1, "5.2", "7.2", "7.1", on("GET", readWork, a.listSystemControls), on("PATCH controlId", writeWork, a.updateSystemControl), on("DELETE controlId", writeWork, a.resetSystemControl)),
		at("1f59b363-a2d0-4b7e-9bc6-eb9f5f3f0e58", "processes", "Controls", "_apis/work/{area}/{processId}/workItemTypes/{witRefName}/layout/groups/{groupId}/{resource}/{controlId}", 1, "5.0", "7.2", "7.1", on("POST", writeWork, a.addControl), on("PUT controlId", writeWork, a.moveControl), on("PATCH controlId", writeWork, a.updateControl), on("DELETE controlId", writeWork, a.removeControl)),
		at("6d765a2e-4e1b-4b11-be93-f953be676024", "processes", "workItemTypesBehaviors", "_apis/work/{area}/{processId}/{resource}/{witRefNameForBehaviors}/behaviors/{behaviorRefName}", 1, "5.0", "7.2", "7.1", on("GET", readWork, a.listTypeBehaviors), on("POST", writeWork, a.putTypeBehavior), on("PATCH", writeWork, a.putTypeBehavior), on("DELETE behaviorRefName", writeWork, a.removeTypeBehavior)),
		at("bc3d57b2-fc53-4dfc-8adb-f99119636e38", "processes", "rules", "_apis/work/{area}/{processId}/workItemTypes/{witRefName}/fields/{fieldRefName}/{resource}", 1, "2.1", "5.0", "0.0"),
		at("18a2ad18-7571-46ae-bec7-0c7da1495885", "Security", "AccessControlLists", "_apis/{resource}/{securityNamespaceId}", 1, "1.0", "7.2", "7.1", on("GET", manageSecurity, a.listAccess), on("POST", manageSecurity, a.setAccess), on("DELETE", manageSecurity, a.removeAccess)),
		at("cf1faa59-1b63-4448-bf04-13d981a46f5d", "Security", "PermissionEvaluationBatch", "_apis/{area}/{resource}", 1, "3.0", "7.2", "7.1", on("POST", manageSecurity, a.evaluatePermissions)),
		at("ce7b9f95-fde9-4be8-a86d-83b366f0b87a", "Security", "SecurityNamespaces", "_apis/{resource}/{securityNamespaceId}", 1, "1.0", "7.2", "7.1", on("GET", manageSecurity, a.listNamespaces)),
		at("dd3b8bd6-c7fc-4cbd-929a-933d9c011c9d", "Security", "Permissions", "_apis/{resource}/{securityNamespaceId}/{permissions}", 2, "1.0", "7.2", "7.1", on("GET permissions", manageSecurity, a.showPermissions), on("DELETE permissions", manageSecurity, a.removePermissions)),
		at("ac08c8ff-4323-4b08-af90-bcd018d380ce", "Security", "AccessControlEntries", "_apis/{resource}/{securityNamespaceId}", 1, "1.0", "7.2", "7.1", on("POST", manageSecurity, a.setEntries), on("DELETE", manageSecurity, a.removeEntries)),
		at("4cbaafaf-e8af-4570-98d1-79ee99c56327", "Settings", "Entries", "_apis/{area}/{scopeName}/{scopeValue}/{resource}/{userScope}/{*key}", 1, "3.0", "7.2", "0.0", on("GET", readSettings, a.listSettings), on("PATCH", writeSettings, a.updateSettings), on("DELETE key", writeSettings, a.deleteSettings)),
		at("cd006711-163d-4cd4-a597-b05bad2556ff", "Settings", "Entries", "_apis/{area}/{resource}/{userScope}/{*key}", 1, "3.0", "7.2", "0.0", on("GET", readSettings, a.listSettings), on("PATCH", writeSettings, a.updateSettings), on("DELETE key", writeSettings, a.deleteSettings)),
		at("cf333e53-8825-4d68-8877-6eeb6bf98e2d", "Tagging", "tags", "_apis/{area}/scopes/{scopeId}/{resource}/{tagId}", 1, "1.0", "7.2", "0.0"),
		at("549816f9-09b0-4e75-9e81-01fbfcd07426", "wit", "queriesBatch", "{project}/_apis/{area}/{resource}", 1, "5.0", "7.2", "7.1", on("POST", readWork, a.batchQueries)),
		at("19801631-d4e5-47e9-8166-0330de0ff1e6", "wit", "projectProcessMigration", "{project}/_apis/{area}/{resource}", 1, "5.2", "7.2", "7.1", on("POST", writeWork, a.migrateProject)),
		at("a67d190c-c41f-424b-814d-0e906f659301", "wit", "queries", "{project}/_apis/{area}/{resource}/{*query}", 2, "1.0", "7.2", "7.1", on("GET query", readWork, a.showQuery), on("GET", readWork, a.listQueries), on("POST query", writeWork, a.saveQuery), on("PATCH query", writeWork, a.updateQuery), on("DELETE query", writeWork, a.deleteQuery)),
		at("afae844b-e2f6-44c2-8053-17b3bb936a40", "wit", "workItemTransitions", "_apis/{area}/{resource}", 1, "4.1", "7.2", "7.1", on("GET", readWork, a.listTransitions)),
		at("fb10264a-8836-48a0-8033-1b0ccd2748d5", "wit", "templates", "{project}/{team}/_apis/{area}/{resource}/{templateId}", 1, "3.0", "7.2", "7.1", on("GET templateId", readWork, a.showTemplate), on("PUT templateId", writeWork, a.replaceTemplate), on("DELETE templateId", writeWork, a.deleteTemplate)),
		at("0b3a5212-f65b-2102-0d80-1dd77ce4c700", "wit", "githubConnections", "{project}/_apis/githubconnections/{connectionId}/repos", 1, "7.1", "7.2", "0.0", gaps("GET", workScope)),
		at("bc15bc60-e7a8-43cb-ab01-2106be3983a1", "wit", "tags", "{project}/_apis/{area}/{resource}/{tagIdOrName}", 1, "5.2", "7.2", "7.1", on("GET tagIdOrName", readWork, a.showTag), on("GET", readWork, a.listTags), on("PATCH tagIdOrName", writeWork, a.renameTag), on("DELETE tagIdOrName", writeWork, a.deleteTag)),
		at("19335ae7-22f7-4308-93d8-261f9384b7cf", "wit", "comments", "{project}/_apis/{area}/workItems/{id}/comments/{revision}", 2, "3.0", "5.0", "0.0", on("GET revision", readWork, a.showOldComment), on("GET", readWork, a.listOldComments)),
		at("b51fd764-e5c2-4b9b-aaf7-3395cf4bdd94", "wit", "fields", "{project}/_apis/{area}/{resource}/{fieldNameOrRefName}", 3, "1.0", "7.2", "7.1", on("GET fieldNameOrRefName", readWork, a.showField), on("GET", readWork, a.listFields), on("POST", writeWork, a.createField), on("PATCH fieldNameOrRefName", writeWork, a.updateField), on("DELETE fieldNameOrRefName", writeWork, a.deleteField)),
		at("5a172953-1b41-49d3-840a-33f79c3ce89f", "wit", "classificationNodes", "{project}/_apis/{area}/{resource}/{structureGroup}/{*path}", 2, "1.0", "7.2", "7.1", on("GET", readWork, a.showNode), on("POST", writeWork, a.createNode), on("PATCH", writeWork, a.updateNode), on("DELETE", writeWork, a.deleteNode)),
		at("1a9c53f7-f243-4447-b110-35ef023636e4", "wit", "wiql", "{project}/{team}/_apis/{area}/{resource}", 2, "1.0", "7.2", "7.1", on("POST", readWork, a.queryByWIQL)),
		at("a02355f5-5f8a-4671-8e32-369d23aac83d", "wit", "wiql", "{project}/{team}/_apis/{area}/{resource}/{id}", 2, "1.0", "7.2", "7.1", on("GET", readWork, a.runQuery)),
		at("6570bf97-d02c-4a91-8d93-3abe9895b1a9", "wit", "updates", "{project}/_apis/{area}/workItems/{id}/updates/{updateNumber}", 4, "1.0", "7.2", "7.1", on("GET updateNumber", readWork, a.showUpdate), on("GET", readWork, a.listUpdates)),
		at("0cf95f86-6ce1-f410-ccf6-3d8c92b3a1ef", "wit", "githubConnections", "{project}/_apis/githubconnections", 1, "7.1", "7.2", "0.0", on("GET", readWork, a.listGitHubConnections)),
		at("cad6ca19-1ba1-42b7-8ade-4537e5f82beb", "wit", "githubappsetup", "{project}/_apis/{area}/{resource}", 1, "5.1", "5.1", "0.0"),
		at("a9a9aa7a-8c09-44d3-ad1b-46e855c1e3d3", "wit", "artifactUriQuery", "{project}/_apis/{area}/{resource}", 1, "3.2", "7.2", "7.1", on("POST", readWork, a.queryArtifactURIs)),
		at("1bc988f4-c15f-4072-ad35-497c87e3a909", "wit", "accountMyWorkRecentActivity", "_apis/work/{resource}", 2, "1.0", "7.2", "7.1", on("GET", readWork, a.listMyActivity)),
		at("8637ac8b-5eb6-4f90-b3f7-4f2ff576a459", "wit", "workItemTypeTemplate", "{project}/_apis/{area}/{resource}/{type}", 1, "1.0", "7.2", "7.1", on("GET", readWork, a.exportTypeDefinition), on("POST", writeWork, a.updateTypeDefinition)),
		at("62d3d110-0047-428c-ad3c-4fe872c91c74", "wit", "workItems", "{project}/_apis/{area}/{resource}/${type}", 3, "1.0", "7.2", "7.1", on("POST", writeWork, a.createWorkItem), on("GET", readWork, a.showDefaults)),
		at("a3f8e27f-b199-4c44-ae43-5fc7d33cda25", "wit", "queries", "_apis/{area}/{resource}/{id}", 2, "1.0", "7.2", "7.1"),
		at("0b83df8a-3496-4ddb-ba44-63634f4cda61", "wit", "workitemStateColor", "_apis/work/{resource}", 1, "1.0", "7.2", "0.0", on("POST", readWork, a.listStateColors)),
		at("e07b5fa4-1499-494d-a496-64b860fd64ff", "wit", "attachments", "{project}/_apis/{area}/{resource}/{id}", 4, "1.0", "7.2", "7.1", on("GET id", readWork, a.downloadAttachment), on("POST", writeWork, a.uploadAttachment), on("PUT id", writeWork, a.uploadChunk), on("DELETE id", writeWork, a.deleteAttachment)),
		at("def3d688-ddf5-4096-9024-69beea15cdbd", "wit", "accountMyWork", "_apis/work/{resource}", 1, "1.0", "7.2", "0.0", on("GET", readWork, a.listMyWork)),
		at("92eefc1f-1e81-473d-88d6-749205248dc3", "wit", "batch", "_apis/{area}/${resource}", 2, "1.0", "7.2", "7.1", on("POST", writeWork, a.changeWorkItems), on("PATCH", writeWork, a.changeWorkItems)),
		at("958fde80-115e-43fb-bd65-749c48057faf", "wit", "workitemTypeColor", "_apis/work/{resource}", 1, "1.0", "7.2", "0.0", on("POST", readWork, a.listTypeColors)),
		at("1d4da553-5856-4ca5-a3b3-79e0e8fcc142", "wit", "workItemFieldAllowedValues", "{project}/_apis/{area}/{resource}", 1, "7.1", "7.2", "7.1"),
		at("f828fe59-dd87-495d-a17c-7a8d6211ca6c", "wit", "workItemRevisions", "{project}/_apis/{area}/reporting/{resource}", 2, "2.0", "7.2", "7.1", on("GET", readWork, a.reportRevisions), on("POST", readWork, a.reportRevisions)),
		at("a70579d1-f53a-48ee-a5be-7be8659023b9", "wit", "classificationNodes", "{project}/_apis/{area}/{resource}", 2, "1.0", "7.2", "7.1", on("GET", readWork, a.listNodes)),
		at("908509b6-4248-4475-a1cd-829139ba419f", "wit", "workItemsBatch", "{project}/_apis/{area}/{resource}", 1, "5.0", "7.2", "7.1", on("POST", readWork, a.batchWorkItems)),
		at("f74eba29-47a1-4152-9381-84040aced527", "wit", "history", "_apis/{area}/workItems/{id}/history/{revisionNumber}", 2, "1.0", "3.0", "3.0"),
		at("1a31de40-e318-41cd-a6c6-881077df52e3", "wit", "artifactLinkTypes", "_apis/{area}/{resource}", 1, "3.2", "7.2", "7.1", on("GET", readWork, a.listArtifactLinkTypes)),
		at("f6cb3f27-1028-4851-af96-887e570dc21f", "wit", "commentsReactions", "{project}/_apis/wit/workItems/{workItemId}/comments/{commentId}/reactions/{reactionType}", 1, "5.1", "7.2", "0.0", on("GET", readWork, a.listReactions), on("PUT reactionType", writeWork, a.addReaction), on("DELETE reactionType", writeWork, a.deleteReaction)),
		at("9f614388-a9f0-4952-ad6c-89756bd8e388", "wit", "tempQueries", "{project}/_apis/{area}/{resource}", 1, "7.0", "7.2", "7.1", on("POST", readWork, a.keepQuery)),
		at("6a90345f-a676-4969-afce-8e163e1d5642", "wit", "templates", "{project}/{team}/_apis/{area}/{resource}", 1, "3.0", "7.2", "7.1", on("GET", readWork, a.listTemplates), on("POST", writeWork, a.createTemplate)),
		at("d60eeb6e-e18c-4478-9e94-a0094e28f41c", "wit", "accountRecentMentions", "_apis/work/{resource}", 1, "1.0", "7.2", "0.0", on("GET", readWork, a.listMyMentions)),
		at("72c7ddf8-2cdc-4f60-90cd-ab71c14a399b", "wit", "workItems", "{project}/_apis/{area}/{resource}/{id}", 3, "1.0", "7.2", "7.1", on("GET id", readWork, a.showWorkItem), on("GET", readWork, a.listWorkItems), on("PATCH id", writeWork, a.updateWorkItem), on("DELETE id", writeWork, a.deleteWorkItem)),
		at("370b8590-9562-42be-b0d8-ac06668fc5dc", "wit", "commentsReporting", "{project}/_apis/wit/reporting/workitemcomments", 1, "5.1", "5.1", "0.0", gaps("GET", workScope)),
		at("b70d8d39-926c-465e-b927-b1bf0e5ca0e0", "wit", "recyclebin", "{project}/_apis/{area}/{resource}/{id}", 2, "2.1", "7.2", "7.1", on("GET id", readWork, a.showDeleted), on("GET", readWork, a.listRecycleBin), on("PATCH id", writeWork, a.restoreWorkItem), on("DELETE id", writeWork, a.destroyDeleted)),
		at("b5b5b6d0-0308-40a1-b3f4-b9bb3c66878f", "wit", "workItemLinks", "{project}/_apis/{area}/reporting/{resource}", 3, "2.0", "7.2", "7.1", on("GET", readWork, a.reportLinks)),
		at("608aac0a-32e1-4493-a863-b9cf4566d257", "wit", "comments", "{project}/_apis/wit/workItems/{workItemId}/comments/{commentId}", 4, "5.1", "7.2", "0.0", on("GET commentId", readWork, a.showComment), on("GET", readWork, a.listComments), on("POST", writeWork, a.addComment), on("PATCH commentId", writeWork, a.editComment), on("DELETE commentId", writeWork, a.deleteComment)),
		at("a00c85a5-80fa-4565-99c3-bcd2181434bb", "wit", "revisions", "{project}/_apis/{area}/workItems/{id}/revisions/{revisionNumber}", 3, "1.0", "7.2", "7.1", on("GET revisionNumber", readWork, a.showRevision), on("GET", readWork, a.listRevisions)),
		at("7c8d7a76-4a09-43e8-b5df-bd792f4ac6aa", "wit", "workItemTypes", "{project}/_apis/{area}/{resource}/{type}", 2, "1.0", "7.2", "7.1", on("GET type", readWork, a.showWorkItemType), on("GET", readWork, a.listWorkItemTypes)),
		at("7c9d7a76-4a09-43e8-b5df-bd792f4ac6aa", "wit", "workItemTypeStates", "{project}/_apis/{area}/workitemtypes/{type}/states", 1, "1.0", "7.2", "7.1", on("GET", readWork, a.listTypeStates)),
		at("4a644469-90c5-4fcc-9a9f-be0827d369ec", "wit", "workItemRevisionsDiscussions", "{project}/_apis/{area}/reporting/workItemRevisions/discussions", 1, "5.1", "7.2", "7.1", on("GET", readWork, a.reportDiscussions)),
		at("12438500-2f84-4fa7-9f1a-c31871b4959d", "wit", "sendMail", "{project}/_apis/{area}/{resource}", 5, "1.0", "7.2", "7.1", gaps("POST", workScope)),
		at("15b19676-8d9e-e224-d795-ca4d1a18024d", "wit", "githubConnections", "{project}/_apis/githubconnections/{connectionId}/reposBatch", 1, "7.1", "7.2", "0.0", gaps("POST", workScope)),
		at("e33ca5e0-2349-4285-af3d-d72d86781c35", "wit", "commentReactionsEngagedUsers", "{project}/_apis/wit/workItems/{workItemId}/comments/{commentId}/reactions/{reactionType}/users", 1, "5.1", "7.2", "0.0", on("GET", readWork, a.listEngagedUsers)),
		at("1a3a1536-dca6-4509-b9c3-dd9bb2981506", "wit", "ruleEngine", "_apis/{area}/${resource}", 2, "1.0", "5.2", "5.1"),
		at("bd293ce5-3d25-4192-8e67-e8092e879efb", "wit", "workItemTypesField", "{project}/_apis/{area}/workitemtypes/{type}/fields/{field}", 3, "1.0", "7.2", "7.1", on("GET field", readWork, a.showTypeField), on("GET", readWork, a.listTypeFields)),
		at("49e03b34-3be0-42e3-8a5d-e8dfb88ac954", "wit", "commentsVersions", "{project}/_apis/wit/workItems/{workItemId}/comments/{commentId}/versions/{version}", 1, "5.1", "7.2", "0.0", on("GET version", readWork, a.showCommentVersion), on("GET", readWork, a.listCommentVersions)),
		at("4e1eb4a5-1970-4228-a682-ec48eb2dca30", "wit", "workItemIcons", "_apis/{area}/{resource}/{icon}", 1, "1.0", "7.2", "7.1", on("GET icon", readWork, a.showIcon), on("GET", readWork, a.listIcons)),
		at("f5d33bc9-5b49-4a3c-a9bd-f3cd46dd2165", "wit", "workItemRelationTypes", "_apis/{area}/{resource}/{relation}", 2, "1.0", "7.2", "7.1", on("GET relation", readWork, a.showRelationType), on("GET", readWork, a.listRelationTypes)),
		at("f0f8dc62-3975-48ce-8051-f636b68b52e3", "wit", "workItemTypeColorAndIcon", "_apis/{area}/{resource}", 1, "1.0", "7.2", "0.0", on("POST", readWork, a.listTypeColorsAndIcons)),
		at("8bc57545-27e5-420d-b709-f6e3ebcc1fc1", "wit", "workItemsDelete", "{project}/_apis/{area}/{resource}", 1, "7.1", "7.2", "7.1", on("POST", writeWork, a.deleteWorkItems)),
		at("9b9f5734-36c8-415e-ba67-f83b45c31408", "wit", "workItemTypeCategories", "{project}/_apis/{area}/{resource}/{category}", 2, "1.0", "7.2", "7.1", on("GET category", readWork, a.showCategory), on("GET", readWork, a.listCategories)),
		at("3f0377f8-d4bf-445b-b1e7-f9e5f1ba8fdb", "wit", "remoteLinking", "_apis/{area}/{resource}", 1, "5.0", "7.2", "0.0"),
		at("dc0339a9-2967-4780-ace5-fd09266dff9a", "wit", "batch", "_apis/{area}/${resource}", 1, "7.1", "7.1", "0.0"),
		at("a93726f9-7867-4e38-b4f2-0bfafc2f6a94", "work", "backlogs", "{project}/{team}/_apis/{area}/{resource}/{id}", 1, "4.1", "7.2", "7.1", on("GET id", readWork, a.showBacklog), on("GET", readWork, a.listBacklogs)),
		at("c3c1012b-bea7-49d7-b45e-1664e566f84c", "work", "teamsettings", "{project}/{team}/_apis/{area}/{resource}", 1, "2.0", "7.2", "7.1", on("GET", readWork, a.showTeamSettings), on("PATCH", writeWork, a.updateTeamSettings)),
		at("0b42cb47-cd73-4810-ac90-19c9ba147453", "work", "plans", "{project}/_apis/{area}/{resource}/{id}", 1, "3.0", "7.2", "7.1", on("GET id", readWork, a.showPlan), on("GET", readWork, a.listPlans), on("POST", writeWork, a.createPlan), on("PUT id", writeWork, a.replacePlan), on("DELETE id", writeWork, a.deletePlan)),
		at("0d63745f-31f3-4cf3-9056-2a064e567637", "work", "cardsettings", "{project}/{team}/_apis/{area}/taskboard/{resource}", 2, "5.1", "7.2", "7.1", on("PUT", writeWork, a.replaceTaskboardCards)),
		at("89436dcf-a56b-4f72-a42e-2afef39c88a5", "work", "chartimages", "{project}/{team}/_apis/{area}/iterations/{resource}/{name}", 1, "5.1", "7.2", "7.1"),
		at("82d2847f-626e-4f73-a213-3d0ede1823bb", "work", "events", "_apis/{area}/{resource}", 1, "5.0", "7.2", "0.0"),
		at("f901ba42-86d2-4b0c-89c1-3f86d06daa84", "work", "processconfiguration", "{project}/_apis/{area}/{resource}", 1, "2.0", "7.2", "7.1", on("GET", readWork, a.showProcessConfiguration)),
		at("1be23c36-8872-4abc-b57d-402cd6c669d9", "work", "taskboardWorkItems", "{project}/{team}/_apis/{area}/{resource}/{iterationId}/{workItemId}", 1, "5.2", "7.2", "7.1", on("GET workItemId", readWork, nil), on("GET", readWork, a.listTaskboardItems), on("PATCH workItemId", writeWork, a.moveTaskboardItem)),
		at("eb7ec5a3-1ba3-4fd1-b834-49a5a387e57d", "work", "boardcolumns", "{project}/_apis/{area}/{resource}", 1, "2.0", "7.2", "7.1", on("GET", readWork, a.listBoardColumnNames)),
		at("bdd0834e-101f-49f0-a6ae-509f384a12b4", "work", "deliverytimeline", "{project}/_apis/{area}/plans/{id}/{resource}", 1, "3.0", "7.2", "7.1", on("GET", readWork, a.showDeliveryTimeline)),
		at("1c22b714-e7e4-41b9-85e0-56ee13ef55ed", "work", "workitemsorder", "{project}/{team}/_apis/{area}/{resource}", 1, "5.1", "7.2", "7.1", on("PATCH", writeWork, a.reorderItems)),
		at("07c3b467-bc60-4f05-8e34-599ce288fafc", "work", "cardsettings", "{project}/{team}/_apis/{area}/boards/{board}/{resource}", 2, "2.0", "7.2", "7.1", on("GET", readWork, a.showCardSettings), on("PUT", writeWork, a.replaceCardSettings)),
		at("07ced576-58ed-49e6-9c1e-5cb53ab8bf2a", "work", "teamfieldvalues", "{project}/{team}/_apis/{area}/teamsettings/{resource}", 1, "2.0", "7.2", "7.1", on("GET", readWork, a.showTeamFieldValues), on("PATCH", writeWork, a.updateTeamFieldValues)),
		at("7799f497-3cb5-4f16-ad4f-5cd06012db64", "work", "backlogconfiguration", "{project}/{team}/_apis/{area}/{resource}", 1, "2.0", "7.2", "7.1", on("GET", readWork, a.showBacklogConfiguration)),
		at("47755db2-d7eb-405a-8c25-675401525fc9", "work", "workitemsorder", "{project}/{team}/_apis/{area}/iterations/{iterationId}/{resource}", 1, "5.1", "7.2", "7.1", on("PATCH", writeWork, a.reorderItems)),
		at("3f84a8d1-1aab-423e-a94b-6dcbdcca511f", "work", "cardrulesettings", "{project}/{team}/_apis/{area}/taskboard/{resource}", 2, "5.1", "7.2", "7.1", on("PATCH", writeWork, a.updateTaskboardCardRules)),
		at("9cbba37c-6cc6-4f70-b903-709be86acbf0", "work", "predefinedQueries", "{project}/_apis/{area}/{resource}/{id}", 1, "5.0", "7.2", "0.0", on("GET id", readWork, a.runPredefinedQuery), on("GET", readWork, a.listPredefinedQueries)),
		at("186abea3-5c35-432f-9e28-7a15b4312a0e", "work", "boardparents", "{project}/{team}/_apis/{area}/boards/{resource}", 1, "3.0", "7.2", "7.1", on("GET", readWork, a.listBoardParents)),
		at("cfe2d81b-12ba-4083-9e5a-859818c763e4", "work", "boardfiltersettings", "{project}/{team}/_apis/{area}/boards/{board}/{resource}", 1, "3.0", "4.1", "0.0"),
		at("c9175577-28a1-4b06-9197-8636af9f64ad", "work", "iterations", "{project}/{team}/_apis/{area}/teamsettings/{resource}/{id}", 1, "2.0", "7.2", "7.1", on("GET id", readWork, a.showTeamIteration), on("GET", readWork, a.listTeamIterations), on("POST", writeWork, a.addTeamIteration), on("DELETE id", writeWork, a.removeTeamIteration)),
		at("8b94efc1-e022-469d-80aa-8d2ba1c21449", "work", "chartimages", "{project}/{team}/_apis/{area}/iterations/{iterationId}/{resource}/{name}", 1, "5.1", "7.2", "7.1"),
		at("7c468d96-ab1d-4294-a360-92f07e9ccd98", "work", "backlogs", "{project}/{team}/_apis/{area}/{resource}/{backlogId}/workItems", 1, "4.1", "7.2", "7.1", on("GET", readWork, a.listBacklogItems)),
		at("2d4faa2e-9150-4cbf-a47a-932b1b4a0773", "work", "teamdaysoff", "{project}/{team}/_apis/{area}/teamsettings/iterations/{iterationId}/{resource}", 1, "2.0", "7.2", "7.1", on("GET", readWork, a.showTeamDaysOff), on("PATCH", writeWork, a.updateTeamDaysOff)),
		at("0863355d-aefd-4d63-8669-984c9b7b0e78", "work", "rows", "{project}/{team}/_apis/{area}/boards/{board}/{resource}/{id}", 1, "2.0", "7.2", "7.1", on("GET id", readWork, nil), on("GET", readWork, a.listBoardRows), on("PUT id", writeWork, nil), on("PUT", writeWork, a.replaceBoardRows)),
		at("c555d7ff-84e1-47df-9923-a3fe0cd8751b", "work", "columns", "{project}/{team}/_apis/{area}/boards/{board}/{resource}/{id}", 1, "2.0", "7.2", "7.1", on("GET id", readWork, nil), on("GET", readWork, a.listBoardColumns), on("PUT id", writeWork, nil), on("PUT", writeWork, a.replaceBoardColumns)),
		at("0120b002-ab6c-4ca0-98cf-a8d7492f865c", "work", "boardbadge", "{project}/{team}/_apis/{area}/{resource}/{id}", 1, "5.1", "7.2", "7.1", gaps("GET", workScope)),
		at("23ad19fc-3b8e-4877-8462-b3f92bc06b40", "work", "boards", "{project}/{team}/_apis/{area}/{resource}/{id}", 1, "2.0", "7.2", "7.1", on("GET id", readWork, a.showBoard), on("GET", readWork, a.listBoards), on("PUT id", writeWork, a.updateBoardOptions)),
		at("b044a3d9-02ea-49c7-91a1-b730949cc896", "work", "cardrulesettings", "{project}/{team}/_apis/{area}/boards/{board}/{resource}", 2, "2.0", "7.2", "7.1", on("GET", readWork, a.showCardRules), on("PATCH", writeWork, a.updateCardRules)),
		at("b30d9f58-1891-4b0a-b168-c46408f919b0", "work", "boardusersettings", "{project}/{team}/_apis/{area}/boards/{board}/{resource}", 1, "3.0", "7.2", "7.1", on("GET", readWork, a.showBoardUserSettings), on("PATCH", writeWork, a.updateBoardUserSettings)),
		at("5b3ef1a6-d3ab-44cd-bafd-c7f45db850fa", "work", "workitems", "{project}/{team}/_apis/{area}/teamsettings/iterations/{iterationId}/{resource}", 1, "4.1", "7.2", "7.1", on("GET", readWork, a.listIterationItems)),
		at("1e385ce0-396b-4273-8171-d64562c18d37", "work", "iterationcapacities", "{project}/_apis/{area}/iterations/{iterationId}/{resource}", 1, "6.1", "7.2", "7.1", on("GET", readWork, a.listIterationCapacities)),
		at("4ee4d042-64fa-4202-8ca6-dae1ab888985", "work", "chartimages", "{project}/{team}/_apis/{area}/boards/{board}/{resource}/{name}", 1, "5.1", "7.2", "7.1"),
		at("2882c15d-0cb3-43b5-8fb7-db62e09a79db", "work", "automationrules", "{project}/{team}/_apis/{area}/{resource}", 2, "7.1", "7.2", "7.1", gaps("PATCH", workScope)),
		at("45fe888c-239e-49fd-958c-df1a1ab21d97", "work", "charts", "{project}/{team}/_apis/{area}/boards/{board}/{resource}/{name}", 1, "2.0", "7.2", "7.1", on("GET name", readWork, a.showChart), on("GET", readWork, a.listCharts), on("PATCH name", writeWork, a.updateChart)),
		at("c6815dbe-8e7e-4ffe-9a79-e83ee712aa92", "work", "taskboardColumns", "{project}/{team}/_apis/{area}/{resource}", 1, "5.2", "7.2", "7.1", on("GET", readWork, a.showTaskboardColumns), on("PUT", writeWork, a.replaceTaskboardColumns)),
		at("bb494cc6-a0f5-4c6c-8dca-ea6912e79eb9", "work", "boardrows", "{project}/_apis/{area}/{resource}", 1, "2.0", "7.2", "7.1", on("GET", readWork, a.listBoardRowNames)),
		at("74412d15-8c1a-4352-a48d-ef1ed5587d57", "work", "capacities", "{project}/{team}/_apis/{area}/teamsettings/iterations/{iterationId}/{resource}/{teamMemberId}", 3, "2.0", "7.2", "7.1", on("GET teamMemberId", readWork, a.showCapacity), on("GET", readWork, a.listCapacities), on("PATCH teamMemberId", writeWork, a.updateCapacity), on("PUT", writeWork, a.replaceCapacities)),
		at("df5f298a-4e06-4815-a13e-6ce90a37efa4", "Location", "SpsServiceDefinition", "_apis/{resource}/{hostId}", 1, "1.0", "7.2", "0.0"),
		at("2280bffa-58a2-49da-822e-0764a1bb44f7", "MemberEntitlementManagement", "GroupEntitlements", "_apis/{resource}/{groupId}", 1, "3.1", "7.2", "7.1", on("GET groupId", readMembers, a.showGroupEntitlement), on("GET", readMembers, a.listGroupEntitlements), on("POST", writeMembers, a.createGroupEntitlement), on("PATCH groupId", writeMembers, a.updateGroupEntitlement), on("DELETE groupId", writeMembers, a.deleteGroupEntitlement)),
		at("45a36e53-5286-4518-aa72-2d29f7acc5d8", "MemberEntitlementManagement", "Members", "_apis/GroupEntitlements/{groupId}/{resource}/{memberId}", 2, "3.1", "7.2", "7.1", on("GET", readMembers, a.listGroupEntitlementMembers), on("PUT memberId", writeMembers, a.addGroupEntitlementMember), on("DELETE memberId", writeMembers, a.removeGroupEntitlementMember)),
		at("f03dbf50-80f8-41b7-8ca2-65b6a178caba", "MemberEntitlementManagement", "ServicePrincipalEntitlements", "_apis/{resource}", 1, "7.1", "7.2", "0.0", on("POST", writeMembers, a.createServicePrincipalEntitlement), on("PATCH", writeMembers, a.updateServicePrincipalEntitlements)),
		at("5ae55b13-c9dd-49d1-957e-6e76c152e3d9", "MemberEntitlementManagement", "UserEntitlementSummary", "_apis/{resource}", 2, "4.1", "7.2", "7.1", on("GET", readMembers, a.showUserEntitlementSummary)),
		at("9bce1f43-2629-419f-8f6c-7503be58a4f3", "MemberEntitlementManagement", "GroupEntitlements", "_apis/{resource}/{groupDescriptor}", 1, "3.1", "7.2", "7.1", on("GET groupDescriptor", readMembers, a.showGroupEntitlement)),
		at("1d491a66-190b-43ae-86b8-9c2688c55186", "MemberEntitlementManagement", "ServicePrincipalEntitlements", "_apis/{resource}/{servicePrincipalId}", 1, "7.1", "7.2", "0.0", on("GET", readMembers, a.showServicePrincipalEntitlement), on("PATCH", writeMembers, a.updateServicePrincipalEntitlement), on("DELETE", writeMembers, a.deleteServicePrincipalEntitlement)),
		at("387f832c-dbf2-4643-88e9-c1aa94dbb737", "MemberEntitlementManagement", "UserEntitlements", "_apis/{resource}/{userDescriptor}", 5, "4.1", "7.2", "7.1", on("GET userDescriptor", readMembers, a.showUserEntitlement), on("GET", readMembers, a.listUserEntitlements), on("POST userDescriptor", writeMembers, nil), on("POST", writeMembers, a.createUserEntitlement), on("PATCH userDescriptor", writeMembers, a.updateUserEntitlement), on("PATCH", writeMembers, a.updateUserEntitlements)),
		at("8480c6eb-ce60-47e9-88df-eca3c801638b", "MemberEntitlementManagement", "UserEntitlements", "_apis/{resource}/{userId}", 5, "4.1", "7.2", "7.1", on("GET userId", readMembers, a.showUserEntitlement), on("PATCH userId", writeMembers, a.updateUserEntitlement), on("DELETE userId", writeMembers, a.deleteUserEntitlement)),
		at("1e8cabfb-1fda-461e-860f-eeeae54d06bb", "MemberEntitlementManagement", "MemberEntitlements", "_apis/{resource}/{memberId}", 3, "3.1", "7.2", "0.0", on("GET memberId", readMembers, a.showMemberEntitlement), on("GET", readMembers, a.listMemberEntitlements)),
		at("ebbe6af8-0b91-4c13-8cf1-777c14858188", "Graph", "Groups", "_apis/{area}/{resource}/{groupDescriptor}", 1, "4.0", "7.2", "0.0", on("GET groupDescriptor", readGraph, a.showGraphGroup), on("GET", readGraph, a.listGraphGroups), on("POST", manageGraph, a.createGraphGroup), on("PATCH groupDescriptor", manageGraph, a.updateGraphGroup), on("DELETE groupDescriptor", manageGraph, a.deleteGraphGroup)),
		at("005e26ec-6b77-4e4f-a986-b3827bf241f5", "Graph", "Users", "_apis/{area}/{resource}/{userDescriptor}", 1, "4.0", "7.2", "0.0", on("GET userDescriptor", readGraph, a.showGraphUser), on("GET", readGraph, a.listGraphUsers), on("POST", manageGraph, a.createGraphUser), on("PATCH userDescriptor", manageGraph, a.updateGraphUser), on("DELETE userDescriptor", manageGraph, a.deleteGraphUser)),
		at("e1dbb0ae-49cb-4532-95a1-86cd89cfcab4", "Graph", "ServicePrincipals", "_apis/{area}/{resource}/{servicePrincipalDescriptor}", 1, "7.1", "7.2", "0.0", on("GET servicePrincipalDescriptor", readGraph, a.showServicePrincipal), on("GET", readGraph, a.listServicePrincipals), on("POST", manageGraph, a.createServicePrincipal), on("DELETE servicePrincipalDescriptor", manageGraph, a.deleteServicePrincipal)),
		at("3fd2e6ca-fb30-443a-b579-95b19ed0934c", "Graph", "Memberships", "_apis/{area}/{resource}/{subjectDescriptor}/{containerDescriptor}", 1, "4.0", "7.2", "0.0", on("GET containerDescriptor", readGraph, a.showMembership), on("PUT containerDescriptor", manageGraph, a.addMembership), on("DELETE containerDescriptor", manageGraph, a.removeMembership)),
		at("e34b6394-6b30-4435-94a9-409a5eef3e31", "Graph", "Memberships", "_apis/{area}/{resource}/{subjectDescriptor}", 1, "4.0", "7.2", "0.0", on("GET subjectDescriptor", readGraph, a.listMemberships)),
		at("1ffe5c94-1144-4191-907b-d0211cad36a8", "Graph", "MembershipStates", "_apis/{area}/{resource}/{subjectDescriptor}", 1, "4.0", "7.2", "0.0", on("GET subjectDescriptor", readGraph, a.showMembershipState)),
		at("048aee0a-7072-4cde-ab73-7af77b1e0b4e", "Graph", "Descriptors", "_apis/{area}/{resource}/{storageKey}", 1, "4.0", "7.2", "7.1", on("GET storageKey", readGraph, a.showDescriptor)),
		at("eb85f8cc-f0f6-4264-a5b1-ffe2e4d4801f", "Graph", "StorageKeys", "_apis/{area}/{resource}/{subjectDescriptor}", 1, "4.0", "7.2", "7.1", on("GET subjectDescriptor", readGraph, a.showStorageKey)),
		at("4dd4d168-11f2-48c4-83e8-756fa0de027c", "Graph", "SubjectLookup", "_apis/{area}/{resource}", 1, "4.0", "7.2", "0.0", on("POST", readGraph, a.lookUpSubjects)),
		at("05942c89-006a-48ce-bb79-baeb8abf99c6", "Graph", "SubjectQuery", "_apis/{area}/{resource}", 1, "6.0", "7.2", "0.0", on("POST", readGraph, a.querySubjects)),
		at("801eaf9c-0585-4be8-9cdb-b0efa074de91", "Graph", "Avatars", "_apis/{area}/Subjects/{subjectDescriptor}/{resource}", 1, "5.2", "7.2", "7.1", on("GET", readGraph, a.showGraphAvatar), on("PUT", manageGraph, a.setGraphAvatar), on("DELETE", manageGraph, a.deleteGraphAvatar)),
		at("1e377995-6fa2-4588-bd64-930186abdcfa", "Graph", "ProviderInfo", "_apis/{area}/Users/{userDescriptor}/{resource}", 1, "4.1", "7.2", "7.1", on("GET", readGraph, a.showProviderInfo)),
		at("8d54bf92-8c99-47f2-9972-b21341f1722e", "Graph", "RequestAccess", "_apis/{area}/{resource}", 1, "5.1", "7.2", "0.0", gaps("POST", graphScope)),
		at("28010c54-d0c0-4c89-a5b0-1c9e188b9fb7", "IMS", "Identities", "_apis/{resource}/{*identityId}", 1, "1.0", "7.2", "7.1", on("GET identityId", readIdentity, a.showIdentity), on("GET", readIdentity, a.listIdentities), on("PUT identityId", manageIdentity, a.updateIdentity), on("PUT", manageIdentity, a.updateIdentities)),
		at("5966283b-4196-4d57-9211-1b68f41ec1c2", "IMS", "Groups", "_apis/{resource}/{groupId}", 1, "1.0", "7.2", "7.1", on("GET groupId", readIdentity, a.showIdentityGroup), on("GET", readIdentity, a.listIdentityGroups), on("POST", manageIdentity, a.createIdentityGroups), on("DELETE groupId", manageIdentity, a.deleteIdentityGroup)),
		at("4e11e2bf-1e79-4eb5-8f34-a6337bd0de38", "IMS", "Scopes", "_apis/{resource}/{scopeId}", 2, "1.0", "7.2", "0.0", on("GET", readIdentity, a.showIdentityScope), gaps("PUT PATCH DELETE", identityScopes)),
		at("8ba35978-138e-41f8-8963-7b1ea2c5f775", "IMS", "Members", "_apis/Identities/{containerId}/{resource}/{memberId}", 1, "1.0", "7.2", "0.0", on("GET", readIdentity, a.listMembers), on("PUT memberId", manageIdentity, a.addMember), on("DELETE memberId", manageIdentity, a.removeMember)),
		at("22865b02-9e4a-479e-9e18-e35b8803b8a0", "IMS", "MembersOf", "_apis/Identities/{memberId}/{resource}/{containerId}", 2, "1.0", "7.2", "0.0", on("GET", readIdentity, a.listMembersOf), on("POST", readIdentity, a.listMembersOf)),
		at("a230389a-94f2-496c-839f-c929787496dd", "IMS", "Descriptors", "_apis/Identities/{resource}/{id}", 1, "3.2", "7.2", "0.0", on("GET id", readIdentity, a.showIdentityDescriptor)),
		at("299e50df-fe45-4d3a-8b5b-a5836fac74dc", "IMS", "IdentityBatch", "_apis/{resource}", 1, "1.0", "7.2", "0.0", on("POST", readIdentity, a.batchIdentities)),
		at("4bb02b5b-c120-4be2-b68e-21f7c50a4b82", "IMS", "Self", "_apis/{area}/{resource}", 1, "1.0", "7.2", "7.1", on("GET", readIdentity, a.showSelf)),
		at("e4a70778-cb2c-4e85-b7cc-3f3c7ae2d408", "IMS", "MaxSequenceId", "_apis/Identities/{resource}", 1, "1.0", "7.2", "7.1", on("GET", readIdentity, a.showMaxSequenceID)),
		at("d56223df-8ccd-45c9-89b4-eddf692400d7", "IMS", "IdentitySnapshot", "_apis/{area}/{resource}/{scopeId}", 1, "3.0", "7.2", "0.0", gaps("GET", identityScopes)),
		at("90ddfe71-171c-446c-bf3b-b597cd562afd", "IMS", "Claims", "_apis/{area}/{resource}", 1, "3.0", "7.2", "0.0", gaps("PUT", identityScopes)),
		at("dd55f0eb-6ea2-4fe4-9ebe-919e7dd1dfb4", "IMS", "Identity", "_apis/{area}/{resource}", 1, "1.0", "7.2", "7.1", gaps("PUT", identityScopes)),
		at("5f0a1723-2e2c-4c31-8cae-002d01bdd592", "IMS", "Tenant", "_apis/{area}/{resource}/{tenantId}", 1, "3.0", "7.2", "0.0", gaps("GET", identityScopes)),
		at("f83735dc-483f-4238-a291-d45f6080a9af", "Profile", "Profiles", "_apis/{area}/{resource}/{id}", 3, "1.0", "7.2", "7.1", on("GET id", "vso.profile", a.showProfile), on("POST", "vso.profile_write", a.createProfile), on("PATCH id", "vso.profile_write", a.updateProfile)),
		at("1392b6ac-d511-492e-af5b-2263e5545a5d", "Profile", "Attributes", "_apis/{area}/Profiles/{parentresource}/{resource}/{descriptor}", 2, "1.0", "7.2", "0.0", gaps("GET PUT PATCH DELETE", profileScope)),
		at("67436615-b382-462a-b659-5367a492fb3c", "Profile", "Avatar", "_apis/{area}/Profiles/{id}/{resource}", 1, "1.0", "7.2", "0.0", on("GET", "vso.profile", a.showProfileAvatar), on("POST", "vso.profile", a.previewProfileAvatar), on("PUT", "vso.profile_write", a.setProfileAvatar), on("DELETE", "vso.profile_write", a.resetProfileAvatar)),
		at("35b3ff1d-ab4c-4d1c-98bb-f6ea21d86bd9", "Profile", "GeoRegion", "_apis/{area}/{resource}", 1, "1.0", "7.2", "0.0", gaps("GET", profileScope)),
		at("b129ca90-999d-47bb-ab37-0dcf784ee633", "Profile", "Regions", "_apis/{area}/{resource}", 1, "1.0", "7.2", "0.0", gaps("GET", profileScope)),
		at("229a6a53-b428-4ffb-a835-e8f36b5b4b1e", "Account", "Accounts", "_apis/{resource}/{accountId}", 1, "1.0", "7.2", "7.1", on("GET accountId", "vso.profile", a.showAccount), on("GET", "vso.profile", a.listAccounts)),
		at("af68438b-ed04-4407-9eb6-f1dbae3f922e", "TokenAdmin", "PersonalAccessTokens", "_apis/{area}/{resource}/{subjectDescriptor}", 1, "5.0", "7.2", "7.1", on("GET subjectDescriptor", adminTokens, a.listSessionTokens)),
		at("a9c08b2c-5466-4e22-8626-1ff304ffdf0f", "TokenAdmin", "Revocations", "_apis/{area}/{resource}", 1, "5.0", "7.2", "7.1", on("POST", adminTokens, a.revokeAuthorizations)),
		at("ee4afb16-e7ab-4ed8-9d4b-4ef3e78f97e4", "TokenAdmin", "RevocationRules", "_apis/{area}/{resource}", 1, "5.0", "7.2", "7.1", on("POST", adminTokens, a.createRevocationRule)),
		at("c1f4a8d2-6f0e-4b7e-9d43-2a0b5c7e9f18", "Tokens", "Pats", "_apis/{area}/{resource}", 1, "6.1", "7.2", "0.0", on("GET", ownTokens, a.listPATs), on("POST", ownTokens, a.createPAT), on("PUT", ownTokens, a.updatePAT), on("DELETE", ownTokens, a.deletePAT)),
		at("73b2c9e2-ff9e-4447-8cda-5f5b21ff7cae", "search", "workItemSearchResults", "{project}/_apis/{area}/{resource}", 1, "4.1", "7.2", "7.1", on("POST", readWork, a.searchWorkItems)),
		at("4e5fa14f-7097-4b73-9c85-00abc7353c61", "audit", "AuditLog", "_apis/{area}/{resource}", 1, "5.0", "7.2", "0.0", on("GET", readAudit, a.queryAuditLog)),
		at("b7b98a76-04e8-4f4d-ac72-9d46492caaac", "audit", "DownloadLog", "_apis/{area}/{resource}", 1, "5.0", "7.2", "0.0", on("GET", readAudit, a.downloadAuditLog)),
		at("6fa30b9a-9558-4e3b-a95f-a12572caa6e6", "audit", "Actions", "_apis/{area}/{resource}", 1, "5.0", "7.2", "0.0", on("GET", readAudit, a.listAuditActions)),
		at("77d60bf9-1882-41c5-a90d-3a6d3c13fd3b", "audit", "Streams", "_apis/{area}/{resource}/{streamId}", 1, "5.0", "7.2", "0.0", gaps("GET POST PUT DELETE", auditStreamScope)),
		at("5a6c0d1e-3f0b-4a55-9c1d-7e2f8b9a4c10", "analytics", "ingestion", "{project}/_apis/{area}/{resource}", 1, "7.1", "7.2", "7.1", on("POST", writeAnalytics, a.ingestRecords)),
		at("7c1f5a02-93d4-4e0b-8d7e-2b64c1a9e3f5", "boardwalk", "secrets", "_apis/{area}/servicePrincipals/{servicePrincipalId}/{resource}/{secretId}", 1, "7.1", "7.2", "7.1", on("GET", manageGraph, a.listServicePrincipalSecrets), on("POST", manageGraph, a.createServicePrincipalSecret), on("DELETE secretId", manageGraph, a.deleteServicePrincipalSecret)),
	}
}

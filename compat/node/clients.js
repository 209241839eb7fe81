// Calls methods of azure-devops-node-api in a project of its own and checks what they answer. The client writes enumerations
// as numbers and reads them as such, which nothing else here does. A method that is not called must be refused with 501.
const azdev = require("azure-devops-node-api");
const { deepStrictEqual } = require("node:assert");
const Wit = require("azure-devops-node-api/interfaces/WorkItemTrackingInterfaces");
const Process = require("azure-devops-node-api/interfaces/WorkItemTrackingProcessInterfaces");
const Work = require("azure-devops-node-api/interfaces/WorkInterfaces");

const AGILE = "adcc42ab-9882-485e-a3ed-7678f01f66bc", NAME = "Node clients";
let problems = 0;
const check = (what, got, want) => {
  try {
    deepStrictEqual(got, want);
  } catch {
    problems++;
    console.error(`${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
  }
};

const called = {}, targets = {};
// recorded notes which methods of a client are called.
const recorded = (name, client) => {
  called[name] = new Set();
  targets[name] = client;
  return new Proxy(client, { get: (target, method) => {
    if (typeof target[method] === "function") called[name].add(method);
    return typeof target[method] === "function" ? target[method].bind(target) : target[method];
  } });
};

const parts = {
  async core({ core, wait }) {
    await wait(await core.queueCreateProject({ name: NAME, description: "From Node", visibility: 0,
      capabilities: { versioncontrol: { sourceControlType: "Git" }, processTemplate: { templateTypeId: AGILE } } }));
    const project = await core.getProject(NAME, true);
    check("project", [project.description, project.visibility, project.capabilities.processTemplate.templateName], ["From Node", 0, "Agile"]);
    await wait(await core.updateProject({ description: "Changed" }, project.id));
    check("projects", (await core.getProjects("wellFormed", 1000)).filter(p => p.name === NAME).map(p => [p.description, p.state]), [["Changed", "wellFormed"]]);
    await core.setProjectProperties({}, project.id, [{ op: "add", path: "/Color", value: "green" }]);
    check("properties", (await core.getProjectProperties(project.id, ["Color"])).map(p => [p.name, p.value]), [["Color", "green"]]);
    const team = await core.createTeam({ name: "Crew" }, project.id);
    check("team", (await core.updateTeam({ description: "All hands" }, project.id, "Crew")).description, "All hands");
    check("teams", (await core.getTeams(project.id)).map(t => t.name).sort(), ["Crew", NAME + " Team"]);
    check("one team", (await core.getTeam(NAME, "crew", true)).identity.id, team.id);
    check("all teams", (await core.getAllTeams(false, 1000)).filter(t => t.projectId === project.id).length, 2);
    check("members", (await core.getTeamMembersWithExtendedProperties(project.id, NAME + " Team")).map(m => m.identity.displayName), ["Jamal Hartnett"]);
    check("process", [(await core.getProcessById(AGILE)).name, (await core.getProcesses()).filter(p => p.type === 0).length], ["Agile", 4]);
    Object.assign(state, { project: project.id, teamId: team.id, team: { project: NAME, team: "Crew" } });
  },

  async tracking({ wit }) {
    const { Iterations } = Wit.TreeStructureGroup, Areas = "areas"; // the client leaves Areas, which is 0, out of URLs
    const area = await wit.createOrUpdateClassificationNode({ name: "Shop" }, NAME, Areas);
    check("area", [area.structureType, area.path], [Wit.TreeNodeStructureType.Area, `\\${NAME}\\Area\\Shop`]);
    state.sprint = await wit.createOrUpdateClassificationNode({ name: "Sprint", attributes: { startDate: new Date("2026-11-02"), finishDate: new Date("2026-11-13") } }, NAME, Iterations);
    check("renamed", (await wit.updateClassificationNode({ name: "Store" }, NAME, Areas, "Shop")).path, `\\${NAME}\\Area\\Store`);
    check("node", (await wit.getClassificationNode(NAME, Areas, "Store")).id, area.id);
    check("nodes", (await wit.getClassificationNodes(NAME, [area.id], 0, Wit.ClassificationNodesErrorPolicy.Omit)).map(n => n.name), ["Store"]);
    check("roots", (await wit.getRootNodes(NAME, 1)).map(n => n.structureType), [0, 1]);
    const patch = (...ops) => ops.map(([path, value]) => ({ op: "add", path, value }));
    const story = await wit.createWorkItem({}, patch(["/fields/System.Title", "Story"], ["/fields/System.AreaPath", NAME + "\\Store"], ["/fields/System.IterationPath", NAME + "\\Sprint"]), NAME, "User Story");
    const task = await wit.createWorkItem({}, patch(["/fields/System.Title", "Task"], ["/relations/-", { rel: "System.LinkTypes.Hierarchy-Reverse", url: story.url }]), NAME, "Task", false, false, true, Wit.WorkItemExpand.Relations);
    check("parent", task.relations.map(r => r.rel), ["System.LinkTypes.Hierarchy-Reverse"]);
    Object.assign(state, { story: story.id, task: task.id });
    check("updates", (await wit.getUpdates(story.id)).map(u => u.id), [1, 2]);
    check("revisions", (await wit.getRevisions(story.id, 10, 0, Wit.WorkItemExpand.Fields)).map(r => r.fields["System.Id"]), [story.id]);
    const wiql = { query: "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project ORDER BY [System.Id]" };
    const found = await wit.queryByWiql(wiql, { project: NAME }, false, 10);
    check("wiql", [found.queryType, found.queryResultType, found.workItems.map(w => w.id)], [Wit.QueryType.Flat, Wit.QueryResultType.WorkItem, [story.id, task.id]]);
    const query = await wit.createQuery({ name: "All", wiql: wiql.query }, NAME, "Shared Queries");
    check("query", [(await wit.getQuery(NAME, "Shared Queries/All", Wit.QueryExpand.All)).queryType, query.isPublic], [Wit.QueryType.Flat, true]);
    check("queries", (await wit.getQueries(NAME, Wit.QueryExpand.None, 1)).map(q => q.name), ["My Queries", "Shared Queries"]);
    check("by id", (await wit.queryById(query.id, { project: NAME })).workItems.length, 2);
    const comment = await wit.addComment({ text: "Hello" }, NAME, story.id);
    check("comment", (await wit.updateComment({ text: "Hi" }, NAME, story.id, comment.id)).version, 2);
    check("comments", (await wit.getComments(NAME, story.id, 10, undefined, false, Wit.CommentExpandOptions.All, Wit.CommentSortOrder.Asc)).comments.map(c => c.text), ["Hi"]);
    const reaction = await wit.createCommentReaction(NAME, story.id, comment.id, Wit.CommentReactionType.Heart);
    check("reaction", [reaction.type, reaction.count], [Wit.CommentReactionType.Heart, 1]);
    const field = await wit.getField("System.Title");
    check("field", [field.type, field.usage], [Wit.FieldType.String, Wit.FieldUsage.WorkItem]);
    check("fields of a type", (await wit.getWorkItemTypeFieldsWithReferences(NAME, "Bug", Wit.WorkItemTypeFieldsExpandLevel.AllowedValues)).find(f => f.name === "Priority").allowedValues, ["1", "2", "3", "4"]);
    await wit.deleteWorkItem(task.id, NAME);
    check("bin", (await wit.getDeletedWorkItemShallowReferences(NAME)).map(d => d.id), [task.id]);
    check("restored", (await wit.restoreWorkItem({ isDeleted: false }, task.id, NAME)).id, task.id);
  },

  async planning({ work }) {
    const { team } = state;
    const changed = await work.updateTeamSettings({ backlogIteration: state.sprint.identifier, bugsBehavior: Work.BugsBehavior.AsTasks, workingDays: [1, 2] }, team);
    check("settings", [changed.bugsBehavior, changed.workingDays], [Work.BugsBehavior.AsTasks, [1, 2]]);
    await work.updateTeamFieldValues({ defaultValue: NAME + "\\Store", values: [{ value: NAME + "\\Store", includeChildren: true }] }, team);
    check("areas", (await work.getTeamFieldValues(team)).values.map(v => v.value), [NAME + "\\Store"]);
    const iteration = await work.postTeamIteration({ id: state.sprint.identifier }, team);
    check("iteration", [iteration.name, iteration.attributes.startDate], ["Sprint", new Date("2026-11-02")]);
    check("iterations", (await work.getTeamIterations(team)).map(i => i.id), [iteration.id]);
    check("items", (await work.getIterationWorkItems(team, iteration.id)).workItemRelations.map(l => l.target.id), [state.story]);
    check("backlogs", (await work.getBacklogs(team)).map(b => [b.name, b.type]).sort(), [["Epics", 0], ["Features", 0], ["Stories", 1], ["Tasks", 2]]);
    check("backlog", (await work.getBacklogLevelWorkItems(team, "Microsoft.RequirementCategory")).workItems.map(l => l.target.id), [state.story]);
    check("configuration", (await work.getBacklogConfigurations(team)).bugsBehavior, Work.BugsBehavior.AsTasks);
    const columns = await work.getBoardColumns(team, "Stories");
    check("columns", columns.map(c => [c.name, c.columnType]), [["New", 0], ["Active", 1], ["Resolved", 1], ["Closed", 2]]);
    columns[1].itemLimit = 9;
    check("columns changed", (await work.updateBoardColumns(columns, team, "Stories")).map(c => c.itemLimit), [0, 9, 5, 0]);
    check("board", (await work.getBoard(team, "Stories")).rows.length, 1);
    check("charts", (await work.getBoardCharts(team, "Stories")).map(c => c.name), ["cumulativeFlow"]);
    const chart = await work.updateBoardChart({ settings: { hideIncoming: true } }, team, "Stories", "cumulativeFlow");
    check("chart", chart.settings, { hideIncoming: true, hideOutgoing: false });
    check("taskboard", (await work.getColumns(team)).columns.map(c => c.name), ["New", "Active", "Resolved", "Closed"]);
  },

  async plans({ work }) {
    const properties = { teamBacklogMappings: [{ teamId: state.teamId, categoryReferenceName: "Microsoft.RequirementCategory" }] };
    const made = await work.createPlan({ name: "Roadmap", type: Work.PlanType.DeliveryTimelineView, properties }, NAME);
    check("plan", [made.name, made.revision, made.type, made.properties], ["Roadmap", 1, Work.PlanType.DeliveryTimelineView, properties]);
    const changed = await work.updatePlan({ name: "Road", type: Work.PlanType.DeliveryTimelineView, properties, revision: 1 }, NAME, made.id);
    check("changed", [changed.id, changed.name, changed.revision, changed.modifiedDate >= made.createdDate], [made.id, "Road", 2, true]);
    check("plans", (await work.getPlans(NAME)).map(p => [p.id, p.name]), [[made.id, "Road"]]);
    check("read", (await work.getPlan(NAME, made.id)).createdByIdentity.displayName, "Jamal Hartnett");
    const { teams: [crew] } = await work.getDeliveryTimelineData(NAME, made.id, 2, new Date("2026-11-01"), new Date("2026-11-30"));
    check("timeline", [crew.name, crew.status.type, crew.iterations.map(i => [i.name, i.startDate, i.status.type])],
      ["Crew", Work.TimelineTeamStatusCode.OK, [["Sprint", new Date("2026-11-02"), Work.TimelineIterationStatusCode.OK]]]);
    check("cards", crew.iterations[0].partiallyPagedWorkItems.map(i => i[0]), [state.story]);
    await work.deletePlan(NAME, made.id);
    check("deleted", await work.getPlans(NAME), []);
  },

  async processes({ process }) {
    const made = await process.createNewProcess({ name: "Node process", parentProcessTypeId: AGILE });
    check("process", [made.customizationType, made.parentProcessTypeId], [Process.CustomizationType.Inherited, AGILE]);
    const type = await process.createProcessWorkItemType({ name: "Wish", color: "f6546a", icon: "icon_star" }, made.typeId);
    check("type", [type.name, type.customization], ["Wish", Process.CustomizationType.Custom]);
    check("types", (await process.getProcessWorkItemType(made.typeId, type.referenceName, Process.GetWorkItemTypeExpand.States)).states.length > 1, true);
    check("processes", (await process.getListOfProcesses(Process.GetProcessExpandLevel.Projects)).find(p => p.typeId === AGILE).projects.some(p => p.name === NAME), true);
    const stated = await process.createStateDefinition({ name: "Waiting", color: "b2b2b2", stateCategory: "InProgress" }, made.typeId, type.referenceName);
    check("state", [stated.name, stated.stateCategory], ["Waiting", "InProgress"]);
    const rule = await process.addProcessWorkItemTypeRule({ name: "Say why", isDisabled: false,
      conditions: [{ conditionType: Process.RuleConditionType.WhenChanged, field: "System.State", value: null }],
      actions: [{ actionType: Process.RuleActionType.MakeRequired, targetField: "System.Description", value: null }] }, made.typeId, type.referenceName);
    check("rule", [rule.conditions[0].conditionType, rule.actions[0].actionType], [Process.RuleConditionType.WhenChanged, Process.RuleActionType.MakeRequired]);
    const list = await process.createList({ name: "Node sizes", type: "String", items: ["S", "M"], isSuggested: false });
    check("list", list.items, ["S", "M"]);
    await process.deleteList(list.id);
    await process.deleteProcessById(made.typeId);
  },

  async definitions({ wit }) {
    const { template } = await wit.exportWorkItemTypeDefinition(NAME, "Bug", true);
    const found = (pattern) => [...template.matchAll(pattern)].map(m => m[1]);
    check("type", found(/<WORKITEMTYPE name="([^"]*)"/g), ["Bug"]);
    check("states", found(/<STATE value="([^"]*)"/g), (await wit.getWorkItemTypeStates(NAME, "Bug")).map(s => s.name));
    check("fields", found(/<FIELD name="[^"]*" refname="([^"]*)"/g).sort(), (await wit.getWorkItemTypeFieldsWithReferences(NAME, "Bug")).map(f => f.referenceName).sort());
    const update = (actionType, text) => wit.updateWorkItemTypeDefinition({ actionType, methodology: "Agile", template: text, templateType: Wit.TemplateType.WorkItemType }, NAME);
    check("valid", (await update(Wit.ProvisioningActionType.Validate, template)).provisioningImportEvents, []);
    const wrong = template.replaceAll(`refname="System.Title" type="String"`, `refname="System.Title" type="Integer"`);
    check("not valid", (await update(Wit.ProvisioningActionType.Validate, wrong)).provisioningImportEvents.map(e => e.replace(/line [0-9]+/, "line")),
      ["Error: line: the field System.Title is of type String, not Integer."]);
    check("import", await update(Wit.ProvisioningActionType.Import, template).catch(e => e.statusCode), 400);
  },

  organization: require("./organization.js"),
  trackingMore: require("./tracking.js"),
  planningMore: require("./planning.js"),
  processesMore: require("./processes.js"),

  async end({ core, wait }) {
    await wait(await core.queueDeleteProject(state.project));
    check("deleted", await core.getProject(NAME), null);
  },
};

const state = {};

// refusal calls a method with arguments that name nothing, and tells the status it ends with.
const refusal = (client, method) => {
  const [, names] = client[method].toString().match(/\(([^)]*)\)/);
  const args = names.split(", ").map(n => n === "teamContext" ? { project: "x", team: "x" } : n === "customHeaders" ? {} : /Ids$|^properties$|^columns$/.test(n) ? ["x"] : "x");
  return client[method](...args).catch(e => e.statusCode ?? e.message);
};

async function main() {
  const authorization = azdev.getPersonalAccessTokenHandler(process.env.PAT);
  const connection = new azdev.WebApi(`${process.env.ROOT}/fabrikam`, authorization);
  const clients = {
    core: recorded("core", await connection.getCoreApi()),
    wit: recorded("wit", await connection.getWorkItemTrackingApi()),
    work: recorded("work", await connection.getWorkApi()),
    process: recorded("process", await connection.getWorkItemTrackingProcessApi()),
    dashboard: recorded("dashboard", await connection.getDashboardApi()),
    features: recorded("features", await connection.getFeatureManagementApi()),
    locations: recorded("locations", await connection.getLocationsApi()),
    profile: await connection.getProfileApi(), // of which few methods have a location
    // Operations have no client of their own in this package.
    wait: async (reference) => {
      for (let i = 0; i < 200; i++) {
        const { result } = await connection.rest.get(`${process.env.ROOT}/fabrikam/_apis/operations/${reference.id}?api-version=7.1`);
        if (["succeeded", "failed", "cancelled"].includes(result.status)) return check("operation", result.status, "succeeded");
        await new Promise(resolve => setTimeout(resolve, 50));
      }
      throw new Error("the operation did not end in ten seconds");
    },
  };
  for (const [name, part] of Object.entries(parts)) {
    try {
      await part(clients, state, check, AGILE, NAME);
    } catch (e) {
      problems++;
      console.error(`${name}: ${e.stack} ${JSON.stringify(e.result ?? "")}`);
    }
  }
  for (const [name, client] of Object.entries(targets)) {
    const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(client)).filter(m => m !== "constructor");
    const others = methods.filter(m => !called[name].has(m));
    for (const method of others) check(`${name}.${method}, which is not called`, await refusal(client, method), 501);
    console.log(name, methods.length - others.length, "of", methods.length);
  }
  process.exitCode = problems ? 1 : 0;
}

main();

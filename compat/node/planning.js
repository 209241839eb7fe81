// The methods of planning that clients.js does not call, and dashboards.
const Dashboards = require("azure-devops-node-api/interfaces/DashboardInterfaces");

module.exports = async ({ work, wit, dashboard }, state, check, AGILE, NAME) => {
  const { team, story, teamId } = state, sprint = state.sprint.identifier, STORIES = "Microsoft.RequirementCategory";
  check("settings", (await work.getTeamSettings(team)).workingDays, [1, 2]);
  check("iteration", (await work.getTeamIteration(team, sprint)).name, "Sprint");
  const root = (await wit.getRootNodes(NAME)).find(n => n.structureType === 1);
  await work.postTeamIteration({ id: root.identifier }, team);
  await work.deleteTeamIteration(team, root.identifier);
  check("iterations", (await work.getTeamIterations(team)).map(i => i.name), ["Sprint"]);
  const day = (n) => new Date(Date.UTC(2026, 10, n));
  const [member] = await work.replaceCapacitiesWithIdentityRef([{ teamMember: { id: state.me }, activities: [{ name: "Development", capacityPerDay: 6 }], daysOff: [] }], team, sprint);
  check("capacities", [member.teamMember.id, member.activities], [state.me, [{ capacityPerDay: 6, name: "Development" }]]);
  const changed = await work.updateCapacityWithIdentityRef({ activities: [{ name: "Testing", capacityPerDay: 4.5 }], daysOff: [{ start: day(3), end: day(3) }] }, team, sprint, state.me);
  check("capacity", [changed.activities[0].capacityPerDay, changed.daysOff], [4.5, [{ start: day(3), end: day(3) }]]);
  check("capacity read", (await work.getCapacityWithIdentityRef(team, sprint, state.me)).activities[0].name, "Testing");
  if (work.getCapacitiesWithIdentityRefAndTotals) {
    const totals = await work.getCapacitiesWithIdentityRefAndTotals(team, sprint);
    check("totals", [totals.totalCapacityPerDay, totals.totalDaysOff], [4.5, 1]);
    check("totals of teams", (await work.getTotalIterationCapacities(NAME, sprint)).teams.map(t => [t.teamId, t.teamCapacityPerDay]), [[teamId, 4.5]]);
  } else {
    check("all capacities", (await work.getCapacitiesWithIdentityRef(team, sprint)).map(c => c.activities[0].capacityPerDay), [4.5]);
  }
  await work.updateTeamDaysOff({ daysOff: [{ start: day(9), end: day(10) }] }, team, sprint);
  check("days off", (await work.getTeamDaysOff(team, sprint)).daysOff, [{ start: day(9), end: day(10) }]);

  check("boards", (await work.getBoards(team)).map(b => b.name).includes("Stories"), true);
  check("backlog", (await work.getBacklog(team, STORIES)).workItemTypes.map(t => t.name), ["User Story"]);
  check("process", (await work.getProcessConfiguration(NAME)).requirementBacklog.referenceName, STORIES);
  check("columns", (await work.getColumnSuggestedValues(NAME)).some(c => c.name === "Active"), true);
  const rows = await work.getBoardRows(team, "Stories");
  check("rows", (await work.updateBoardRows([...rows, { name: "Urgent" }], team, "Stories")).map(r => r.name), [rows[0].name, "Urgent"]);
  check("row names", (await work.getRowSuggestedValues(NAME)).some(r => r.name === "Urgent"), true);
  const rules = { rules: { fill: [{ name: "Blocked", isEnabled: "true", filter: "[System.Tags] contains 'blocked'", settings: { "background-color": "#E60017" } }] } };
  await work.updateBoardCardRuleSettings(rules, team, "Stories");
  check("rules", (await work.getBoardCardRuleSettings(team, "Stories")).rules.fill[0].settings, { "background-color": "#E60017" });
  await work.updateBoardCardRuleSettings(await work.getBoardCardRuleSettings(team, "Stories"), team, "Stories"); // as it was read
  const { cards } = await work.getBoardCardSettings(team, "Stories");
  cards["User Story"].push({ fieldIdentifier: "System.Reason" });
  check("cards", (await work.updateBoardCardSettings({ cards }, team, "Stories")).cards, cards);
  await work.updateTaskboardCardSettings({ cards: { Task: [{ fieldIdentifier: "System.Tags" }] } }, team);
  await work.updateTaskboardCardRuleSettings({ rules: { fill: [{ name: "late", isEnabled: "true", filter: "[System.Tags] CONTAINS 'late'" }] } }, team);
  await work.updateBoardUserSettings({ autoRefreshState: "false" }, team, "Stories");
  check("user settings", (await work.getBoardUserSettings(team, "Stories")).autoRefreshState, false);
  await work.setBoardOptions({ cardReordering: "1" }, team, "Stories"); // the client mistakes its own options for those of the board
  const chart = await work.getBoardChart(team, "Stories", "cumulativeFlow");
  check("chart", (await work.updateBoardChart({ ...chart, settings: { hideIncoming: true } }, team, "Stories", chart.name)).settings.hideIncoming, true);

  const patch = (ops) => Object.entries(ops).map(([path, value]) => ({ op: "add", path, value }));
  const place = { "/fields/System.AreaPath": NAME + "\\Store", "/fields/System.IterationPath": NAME + "\\Sprint" };
  const make = async (type, title, more) => (await wit.createWorkItem({}, patch({ "/fields/System.Title": title, ...place, ...more }), NAME, type)).id;
  const child = (await wit.getWorkItem(story)).url;
  const feature = await make("Feature", "Payments", { "/relations/-": { rel: "System.LinkTypes.Hierarchy-Forward", url: child } });
  check("parents", (await work.getBoardMappingParentItems(team, STORIES, [story])).map(p => [p.id, p.title, p.childWorkItemIds]), [[feature, "Payments", [story]]]);
  const other = await make("User Story", "Another");
  const order = async () => (await work.getBacklogLevelWorkItems(team, STORIES)).workItems.map(l => l.target.id);
  await work.reorderBacklogWorkItems({ ids: [other], parentId: 0, previousId: 0, nextId: story }, team);
  check("order", await order(), [other, story]);
  await work.reorderIterationWorkItems({ ids: [other], parentId: 0, previousId: story, nextId: 0 }, team, sprint);
  check("order in the sprint", await order(), [story, other]);

  const { columns } = await work.getColumns(team);
  const mapped = (name, at, order) => ({ name, order, mappings: columns[at].mappings });
  const review = { name: "Review", order: 2, mappings: [{ workItemType: "Task", state: "Active" }, { workItemType: "Bug", state: "Resolved" }] };
  check("taskboard", (await work.updateColumns([mapped("New", 0, 0), mapped("Doing", 1, 1), review, mapped("Closed", 3, 3)], team)).columns.map(c => c.name), ["New", "Doing", "Review", "Closed"]);
  const task = await make("Task", "Print the form");
  await work.updateWorkItemColumn({ newColumn: "Review" }, team, sprint, task);
  check("cards of a sprint", (await work.getWorkItemColumns(team, sprint)).filter(c => c.workItemId === task).map(c => [c.column, c.state]), [["Review", "Active"]]);
  if (work.getPredefinedQueries) {
    check("predefined", (await work.getPredefinedQueries(NAME)).map(q => q.id).includes("assignedtome"), true);
    check("predefined results", (await work.getPredefinedQueryResults(NAME, "recentlyupdated", 200)).results.some(i => i.id === task), true);
  }

  const markdown = "ms.vss-dashboards-web.Microsoft.VisualStudioOnline.Dashboards.MarkdownWidget";
  const made = await dashboard.createDashboard({ name: "Overview", description: "What goes on", refreshInterval: 5, widgets: [
    { name: "Notes", contributionId: markdown, size: { rowSpan: 2, columnSpan: 2 }, position: { row: 1, column: 1 }, settings: "# Hi" }] }, team);
  check("dashboard", [made.name, made.refreshInterval, made.eTag, made.dashboardScope, made.groupId], ["Overview", 5, "1", Dashboards.DashboardScope.Project_Team, teamId]);
  check("its widgets", made.widgets.map(w => [w.settings, w.size, w.position]), [["# Hi", { rowSpan: 2, columnSpan: 2 }, { row: 1, column: 1 }]]);
  check("dashboards", (await dashboard.getDashboardsByProject(team)).map(d => d.name), ["Overview"]);
  check("replaced", (await dashboard.replaceDashboard({ name: "Start", eTag: "1" }, team, made.id)).eTag, "2");
  check("stale", await dashboard.replaceDashboard({ name: "Way", eTag: "1" }, team, made.id).catch(e => [e.statusCode, e.result.typeKey]), [409, "DashboardETagConflictException"]);
  const clock = await dashboard.createWidget({ name: "Clock", contributionId: "fabrikam.tools.clock" }, team, made.id);
  check("widget", (await dashboard.updateWidget({ settings: "utc" }, team, made.id, clock.id)).settings, "utc");
  check("widget replaced", (await dashboard.replaceWidget({ name: "Watch", contributionId: "fabrikam.tools.clock" }, team, made.id, clock.id)).name, "Watch");
  check("widget read", (await dashboard.getWidget(team, made.id, clock.id)).name, "Watch");
  check("widget gone", (await dashboard.deleteWidget(team, made.id, clock.id)).widgets.map(w => w.name), ["Notes"]);
  check("type of widgets", (await dashboard.getWidgetMetadata(markdown, NAME)).widgetMetadata.name, "Markdown");
  check("types of widgets", (await dashboard.getWidgetTypes(Dashboards.WidgetScope.Project_Team, NAME)).widgetTypes.some(t => t.contributionId === markdown), true);
  const second = await dashboard.createDashboard({ name: "Second" }, team);
  const group = await dashboard.replaceDashboards({ dashboardEntries: [{ id: second.id, position: 1 }, { id: made.id, position: 2, name: "Last" }] }, team);
  check("group", group.dashboardEntries.map(d => d.name), ["Second", "Last"]);
  check("read", (await dashboard.getDashboard(team, made.id)).name, "Last");
  await dashboard.deleteDashboard(team, made.id);
  check("dashboard gone", await dashboard.getDashboard(team, made.id), null);
};

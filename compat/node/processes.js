// The methods of processes that clients.js does not call.
const Process = require("azure-devops-node-api/interfaces/WorkItemTrackingProcessInterfaces");

module.exports = async ({ process, wit }, state, check, AGILE, NAME) => {
  const id = (await process.createNewProcess({ name: "Node methods", parentProcessTypeId: AGILE })).typeId;
  check("edited", (await process.editProcess({ description: "Changed", isEnabled: true }, id)).description, "Changed");
  check("read", (await process.getProcessByItsId(AGILE, Process.GetProcessExpandLevel.Projects)).projects.some(p => p.name === NAME), true);
  const type = (await process.createProcessWorkItemType({ name: "Request", color: "f6546a", icon: "icon_airplane" }, id)).referenceName;
  check("type", (await process.updateProcessWorkItemType({ description: "Wanted" }, id, type)).description, "Wanted");
  const spare = (await process.createProcessWorkItemType({ name: "Spare", color: "f6546a", icon: "icon_airplane" }, id)).referenceName;
  await process.deleteProcessWorkItemType(id, spare);
  check("types", (await process.getProcessWorkItemTypes(id)).map(t => t.name).filter(n => ["Request", "Spare", "Bug"].includes(n)).sort(), ["Bug", "Request"]);

  const list = await process.createList({ name: "Node berths", type: "String", items: ["S", "M"], isSuggested: false });
  check("list changed", (await process.updateList({ id: list.id, name: list.name, type: "String", items: ["S", "M", "L"] }, list.id)).items, ["S", "M", "L"]);
  check("list", [(await process.getList(list.id)).items, (await process.getListsMetadata()).some(l => l.id === list.id)], [["S", "M", "L"], true]);
  await process.deleteList(list.id);
  const points = "Microsoft.VSTS.Scheduling.StoryPoints";
  check("field", (await process.addFieldToWorkItemType({ referenceName: points, defaultValue: 3, required: true }, id, type)).required, true);
  check("field changed", (await process.updateWorkItemTypeField({ required: false }, id, type, points)).required, false);
  check("field read", (await process.getWorkItemTypeField(id, type, points, Process.ProcessWorkItemTypeFieldsExpandLevel.All)).name, "Story Points");
  await process.removeWorkItemTypeField(id, type, points);
  check("fields", (await process.getAllWorkItemTypeFields(id, type)).some(f => f.referenceName === points), false);

  const page = (await process.addPage({ label: "More", order: 1, visible: true }, id, type)).id;
  check("page", (await process.updatePage({ id: page, label: "Even more" }, id, type)).label, "Even more");
  const other = (await process.addPage({ label: "Other", order: 2, visible: true }, id, type)).id;
  const group = async (label, order) => (await process.addGroup({ label, order, visible: true }, id, type, page, "Section1")).id;
  const first = await group("First", 0), second = await group("Second", 1);
  check("group", (await process.updateGroup({ label: "One" }, id, type, page, "Section1", first)).label, "One");
  await process.moveGroupToSection({ id: first, label: "One", order: 0 }, id, type, page, "Section2", first, "Section1");
  await process.moveGroupToPage({ id: second, label: "Second", order: 0 }, id, type, other, "Section1", second, page, "Section1");
  const placed = async () => (await process.getFormLayout(id, type)).pages.flatMap(p => p.sections.flatMap(s => (s.groups ?? []).map(g => [p.label, s.id, g.label])))
    .filter(([p]) => ["Even more", "Other"].includes(p));
  check("layout", await placed(), [["Even more", "Section2", "One"], ["Other", "Section1", "Second"]]);
  const effort = "Microsoft.VSTS.Scheduling.Effort";
  await process.addFieldToWorkItemType({ referenceName: effort }, id, type);
  check("control", (await process.createControlInGroup({ id: effort, label: "Effort", order: 0, visible: true, readOnly: false }, id, type, first)).label, "Effort");
  check("control changed", (await process.updateControl({ label: "Work" }, id, type, first, effort)).label, "Work");
  check("control moved", (await process.moveControlToGroup({ id: effort, label: "Work" }, id, type, second, effort, first)).id, effort);
  await process.removeControlFromGroup(id, type, second, effort);
  await process.removeGroup(id, type, other, "Section1", second);
  await process.removePage(id, type, other);
  check("layout left", await placed(), [["Even more", "Section2", "One"]]);
  await process.updateSystemControl({ label: "Whose" }, id, type, "System.AssignedTo");
  check("system control", (await process.getSystemControls(id, type)).find(c => c.id === "System.AssignedTo").label, "Whose");
  await process.deleteSystemControl(id, type, "System.AssignedTo");

  check("behavior", (await process.getProcessBehavior(id, "System.TaskBacklogBehavior")).name, "Tasks");
  const level = (await process.createProcessBehavior({ name: "Initiatives", color: "009CCC", inherits: "System.PortfolioBacklogBehavior" }, id)).referenceName;
  check("behavior changed", (await process.updateProcessBehavior({ name: "Themes", color: "009CCC" }, id, level)).name, "Themes");
  await process.updateProcessBehavior(await process.getProcessBehavior(id, level), id, level); // as it was read
  const own = { behavior: { id: level }, isDefault: true };
  check("on a level", (await process.addBehaviorToWorkItemType(own, id, type)).behavior.id, level);
  check("default", (await process.updateBehaviorToWorkItemType(own, id, type)).isDefault, true);
  check("on it", [(await process.getBehaviorForWorkItemType(id, type, level)).behavior.id, (await process.getBehaviorsForWorkItemType(id, type)).length], [level, 1]);
  await process.removeBehaviorFromWorkItemType(id, type, level);
  await process.deleteProcessBehavior(id, level);
  check("behaviors", (await process.getProcessBehaviors(id)).map(b => b.name).filter(n => ["Themes", "Stories"].includes(n)), ["Stories"]);

  const waiting = (await process.createStateDefinition({ name: "Waiting", color: "b2b2b2", stateCategory: "InProgress", order: 2 }, id, type)).id;
  check("state", (await process.updateStateDefinition({ color: "5688E0" }, id, type, waiting)).color.toLowerCase(), "5688e0");
  check("state read", (await process.getStateDefinition(id, type, waiting)).name, "Waiting");
  await process.deleteStateDefinition(id, type, waiting);
  check("states", (await process.getStateDefinitions(id, type)).some(s => s.name === "Waiting"), false);
  const bug = (await process.createProcessWorkItemType({ inheritsFrom: "Microsoft.VSTS.WorkItemTypes.Bug", name: "Bug", color: "CC293D", icon: "icon_insect" }, id)).referenceName;
  const resolved = (await process.getStateDefinitions(id, bug)).find(s => s.name === "Resolved").id;
  check("hidden", (await process.hideStateDefinition({ hidden: true }, id, bug, resolved)).hidden, true);
  const body = { name: "Say why", isDisabled: false, conditions: [{ conditionType: Process.RuleConditionType.WhenChanged, field: "System.State" }],
    actions: [{ actionType: Process.RuleActionType.MakeRequired, targetField: "System.Description" }] };
  const rule = (await process.addProcessWorkItemTypeRule(body, id, type)).id;
  check("rule", (await process.updateProcessWorkItemTypeRule({ ...body, id: rule, name: "Say it" }, id, type, rule)).name, "Say it");
  check("rules", [(await process.getProcessWorkItemTypeRule(id, type, rule)).name, (await process.getProcessWorkItemTypeRules(id, type)).map(r => r.name)], ["Say it", ["Say it"]]);
  await process.deleteProcessWorkItemTypeRule(id, type, rule);
  check("no rule", (await process.getProcessWorkItemTypeRules(id, type)).some(r => r.id === rule), false);

  check("migrated", (await wit.migrateProjectsProcess({ typeId: id }, NAME)).processId, id);
  check("and back", (await wit.migrateProjectsProcess({ typeId: AGILE }, NAME)).processId, AGILE);
  await process.deleteProcessById(id);
};

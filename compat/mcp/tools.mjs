// Calls the tools of Azure DevOps' own MCP server, as an agent does, and checks what they answer.
import { createRequire } from "node:module";
import { deepStrictEqual } from "node:assert";
import { fileURLToPath, pathToFileURL } from "node:url";
import { join } from "node:path";

const modules = process.env.MODULES;
const load = (path) => import(pathToFileURL(join(modules, path)));
const { Client } = await load("@modelcontextprotocol/sdk/dist/esm/client/index.js");
const { StdioClientTransport } = await load("@modelcontextprotocol/sdk/dist/esm/client/stdio.js");

let problems = 0;
const check = (what, got, want) => {
  try {
    deepStrictEqual(got, want);
  } catch {
    problems++;
    console.error(`${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
  }
};

const client = new Client({ name: "compat", version: "1" });
await client.connect(new StdioClientTransport({
  command: process.execPath,
  args: ["--require", fileURLToPath(new URL("redirect.cjs", import.meta.url)), join(modules, "@azure-devops/mcp/dist/index.js"),
    "fabrikam", "--authentication", "envvar", "--domains", "core", "work", "work-items", "search"],
  env: { ...process.env, ADO_MCP_AUTH_TOKEN: process.env.PAT },
  stderr: "ignore",
}));

const called = new Map();

// Texts come between two marks, with what is between them being the answer.
const unwrap = (text) => text.split("\n").slice(1, -1).join("\n");

// call returns what a tool answered, read as JSON where it is some.
const call = async (name, args) => {
  const used = called.get(name) ?? new Set();
  called.set(name, used.add(args.action ?? ""));
  const answer = await client.callTool({ name, arguments: args });
  const texts = answer.content.map((c) => (c.type === "text" ? unwrap(c.text) : c.resource));
  if (answer.isError) throw new Error(`${name} ${JSON.stringify(args)}: ${texts.join("\n")}`);
  const last = texts.at(-1);
  try {
    return JSON.parse(last);
  } catch {
    return last;
  }
};

const parts = {
  async core() {
    const projects = await call("core_list_projects", { projectNameFilter: "fabrikam" });
    check("projects", projects.map((p) => p.name).sort(), ["Fabrikam", "Fabrikam Fiber"]);
    state.project = projects.find((p) => p.name === PROJECT).id;
    const teams = await call("core_list_project_teams", { project: "Fabrikam Fiber" });
    check("teams", teams.some((t) => t.name === "Fabrikam Fiber Team" && t.projectId === state.project), true);
    const people = await call("core_get_identity_ids", { searchFilter: "jamal@fabrikam.com" });
    check("identity", people.map((p) => p.displayName), ["Jamal Hartnett"]);
    state.me = people[0].id;
  },

  async work() {
    const made = await call("work_iteration_write", {
      action: "create", project: PROJECT,
      iterations: [{ iterationName: "Agent sprint", startDate: "2031-01-06T00:00:00Z", finishDate: "2031-01-17T00:00:00Z" }],
    });
    check("iteration", made.map((n) => [n.name, n.path, n.attributes]),
      [["Agent sprint", "\\Fabrikam Fiber\\Iteration\\Agent sprint", { startDate: "2031-01-06T00:00:00Z", finishDate: "2031-01-17T00:00:00Z" }]]);
    state.iteration = made[0].identifier;
    const tree = await call("work", { action: "list_iterations", project: PROJECT, depth: 1 });
    check("tree", tree[0].children.some((n) => n.name === "Agent sprint"), true);
    const assigned = await call("work_iteration_write", {
      action: "assign", project: PROJECT, team: TEAM, iterations: [{ identifier: state.iteration, path: "Fabrikam Fiber\\Agent sprint" }],
    });
    check("assigned", assigned.map((i) => [i.id, i.path]), [[state.iteration, "Fabrikam Fiber\\Agent sprint"]]);
    const iterations = await call("work", { action: "list_team_iterations", project: PROJECT, team: TEAM });
    check("iterations", iterations.filter((i) => i.id === state.iteration).map((i) => i.name), ["Agent sprint"]);
    const current = await call("work", { action: "list_team_iterations", project: PROJECT, team: TEAM, timeframe: "current" });
    check("current", current.some((i) => i.id === state.iteration), false);
    const settings = await call("work", { action: "get_team_settings", project: PROJECT, team: TEAM });
    check("settings", JSON.stringify(settings).includes("Fabrikam Fiber"), true);
    const capacity = await call("work_capacity_write", {
      action: "update", project: PROJECT, team: TEAM, teamMemberId: state.me, iterationId: state.iteration,
      activities: [{ name: "Development", capacityPerDay: 5 }], daysOff: [{ start: "2031-01-07T00:00:00Z", end: "2031-01-08T00:00:00Z" }],
    });
    check("capacity", [capacity.teamMember.displayName, capacity.activities, capacity.daysOff],
      ["Jamal Hartnett", [{ capacityPerDay: 5, name: "Development" }], [{ start: "2031-01-07T00:00:00.000Z", end: "2031-01-08T00:00:00.000Z" }]]);
    const team = await call("work", { action: "get_team_capacity", project: PROJECT, team: TEAM, iterationId: state.iteration });
    check("capacity of the team", [team.totalCapacityPerDay, team.totalDaysOff], [5, 2]);
    const all = await call("work", { action: "get_iteration_capacities", project: PROJECT, iterationId: state.iteration });
    check("capacities", [all.totalIterationCapacityPerDay, all.teams.length], [5, 1]);
  },

  async workItems() {
    const made = await call("wit_work_item_write", {
      action: "create", project: PROJECT, workItemType: TYPE,
      fields: [{ name: "System.Title", value: "From an agent" }, { name: "System.Description", value: "# Why\n\n- because", format: "Markdown" },
        { name: "System.IterationPath", value: "Fabrikam Fiber\\Agent sprint" }, { name: "System.AssignedTo", value: "jamal@fabrikam.com" }],
    });
    check("made", [made.rev, made.fields["System.Title"], made.fields["System.Description"], made.multilineFieldsFormat],
      [1, "From an agent", "# Why\n\n- because", { "System.Description": "markdown" }]);
    state.item = made.id;
    const updated = await call("wit_work_item_write", {
      action: "update", id: made.id, updates: [{ op: "test", path: "/rev", value: 1 }, { op: "add", path: "/fields/System.Title", value: "Changed by an agent" }],
    });
    check("updated", [updated.rev, updated.fields["System.Title"]], [2, "Changed by an agent"]);
    const stale = await client.callTool({ name: "wit_work_item_write", arguments: { action: "update", id: made.id, updates: [{ op: "test", path: "/rev", value: 1 }] } });
    check("stale", [stale.isError, stale.content[0].text.includes("TF26071")], [true, true]);
    const children = await call("wit_work_item_write", {
      action: "add_child", project: PROJECT, parentId: made.id, workItemType: "Task",
      items: [{ title: "First child", description: "One", format: "Markdown" }, { title: "Second child", description: "<p>Two</p>", format: "Html" }],
    });
    const bodies = children.value.map((v) => JSON.parse(v.body));
    check("children", children.value.map((v) => v.code), [200, 200]);
    check("children's titles", bodies.map((b) => [b.fields["System.Title"], b.fields["System.Parent"], b.fields["System.Description"]]),
      [["First child", made.id, "One"], ["Second child", made.id, "<p>Two</p>"]]);
    state.children = bodies.map((b) => b.id);
    const batch = await call("wit_work_item_write", {
      action: "update_batch", batchUpdates: state.children.map((id) => ({ op: "Add", id, path: "/fields/System.Tags", value: "agent" })),
    });
    check("batch", batch.value.map((v) => [v.code, JSON.parse(v.body).fields["System.Tags"]]), [[200, "agent"], [200, "agent"]]);
  },

  async links() {
    const [first, second] = state.children;
    const linked = await call("wit_work_item_link_write", {
      action: "link", project: PROJECT, updates: [{ id: first, linkToId: second, type: "related", comment: "twins" }, { id: first, url: "https://example.com/", type: "hyperlink" }],
    });
    check("linked", linked.value.map((v) => v.code), [200]);
    const pull = await call("wit_work_item_link_write", {
      action: "link_to_pull_request", project: PROJECT, projectId: state.project, repositoryId: "11111111-2222-3333-4444-555555555555", pullRequestId: 7, workItemId: first,
    });
    check("pull request", pull, { workItemId: first, pullRequestId: 7, success: true });
    await call("wit_work_item_link_write", { action: "add_artifact_link", project: PROJECT, workItemId: first, linkType: "Build", buildId: 12, comment: "built" });
    const item = await call("wit_work_item", { action: "get", id: first, project: PROJECT, expand: "Relations" });
    check("relations", item.relations.map((r) => [r.rel, r.attributes.comment ?? "", r.attributes.name ?? ""]).sort(), [
      ["ArtifactLink", "", "Pull Request"], ["ArtifactLink", "built", "Build"], ["Hyperlink", "", ""],
      ["System.LinkTypes.Hierarchy-Reverse", "", "Parent"], ["System.LinkTypes.Related", "twins", "Related"]]);
    const removed = await call("wit_work_item_link_write", { action: "unlink", project: PROJECT, id: first, type: "related" });
    check("unlinked", removed.startsWith("Removed 1 link(s) of type 'related'"), true);
  },

  async reading() {
    const got = await call("wit_work_item", { action: "get", id: state.item, project: PROJECT, fields: ["System.Title"] });
    check("get", got.fields, { "System.Title": "Changed by an agent" });
    const past = await call("wit_work_item", { action: "get", id: 10000, project: "Fabrikam", fields: ["System.Rev"], asOf: "2014-04-20T00:00:00Z" });
    check("as of", past.fields["System.Rev"], 1);
    const batch = await call("wit_work_item", { action: "get_batch", ids: [state.item, ...state.children], project: PROJECT });
    check("batch", batch.map((i) => [i.fields["System.Id"], i.fields["System.Parent"] ?? 0, i.fields["System.AssignedTo"] ?? ""]),
      [[state.item, 0, "Jamal Hartnett <jamal@fabrikam.com>"], [state.children[0], state.item, ""], [state.children[1], state.item, ""]]);
    const revisions = await call("wit_work_item", { action: "list_revisions", workItemId: state.item, project: PROJECT });
    check("revisions", revisions.map((r) => [r.rev, r.fields["System.Title"], r.fields["System.ChangedBy"]]),
      [[1, "From an agent", { displayName: "Jamal Hartnett" }], [2, "Changed by an agent", { displayName: "Jamal Hartnett" }]]);
    const mine = await call("wit_work_item", { action: "my", project: PROJECT, top: 5 });
    check("mine", mine.results.some((r) => r.id === state.item), true);
    const activity = await call("wit_work_item", { action: "my", project: PROJECT, type: "myactivity", top: 5, includeCompleted: true });
    check("activity", activity.results.length, 5);
    const planned = await call("wit_work_item", { action: "list_for_iteration", project: PROJECT, team: TEAM, iterationId: state.iteration });
    check("planned", planned.workItemRelations.map((l) => l.target.id), [state.item]);
    const type = await call("wit_work_item", { action: "get_type", project: PROJECT, workItemType: "Bug" });
    check("type", [type.name, type.referenceName, type.color], ["Bug", "Microsoft.VSTS.WorkItemTypes.Bug", "CC293D"]);
  },

  async comments() {
    const made = await call("wit_work_item_comment_write", { action: "add", project: PROJECT, workItemId: state.item, text: "**Looks** good, @<jamal@fabrikam.com>" });
    check("comment", [made.text.toLowerCase(), made.format], [`**looks** good, @<${state.me}>`, "markdown"]);
    const changed = await call("wit_work_item_comment_write", { action: "update", project: PROJECT, workItemId: state.item, commentId: made.id, text: "<b>Fine</b>", format: "Html" });
    check("changed", [changed.id, changed.text, changed.version, changed.format], [made.id, "<b>Fine</b>", 2, "html"]);
    const listed = await call("wit_work_item", { action: "list_comments", workItemId: state.item, project: PROJECT });
    check("comments", [listed.totalCount, listed.comments.map((c) => [c.id, c.text])], [1, [[made.id, "<b>Fine</b>"]]]);
  },

  async queries() {
    const wiql = `SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.Tags] CONTAINS 'agent' ORDER BY [System.Id]`;
    const found = await call("wit_query", { action: "wiql", project: PROJECT, wiql, top: 10 });
    check("wiql", found.workItems.map((w) => w.id), state.children);
    const response = await fetch(`${process.env.ROOT}/fabrikam/${encodeURIComponent(PROJECT)}/_apis/wit/queries/Shared%20Queries?api-version=7.1`, {
      method: "POST", headers: { authorization: "Basic " + btoa(":" + process.env.PAT), "content-type": "application/json" },
      body: JSON.stringify({ name: "Agents", wiql }),
    });
    const saved = await response.json();
    const query = await call("wit_query", { action: "get", project: PROJECT, query: "Shared Queries/Agents", expand: "Wiql" });
    check("query", [query.id, query.path, query.wiql.includes("CONTAINS 'agent'")], [saved.id, "Shared Queries/Agents", true]);
    const results = await call("wit_query", { action: "get_results", project: PROJECT, id: saved.id, responseType: "ids" });
    check("results", results.ids ?? results, state.children);
  },

  async backlog() {
    const backlogs = await call("wit_backlog", { action: "list", project: PROJECT, team: TEAM });
    const level = backlogs.find((b) => b.id === "Microsoft.RequirementCategory");
    check("level", level.workItemTypes.some((t) => t.name === TYPE), true);
    const before = await call("wit_backlog", { action: "list_work_items", project: PROJECT, team: TEAM, backlogId: level.id });
    const ids = before.workItems.map((w) => w.target.id);
    check("on the backlog", ids.includes(state.item), true);
    const placed = await call("wit_backlog", { action: "reorder", project: PROJECT, team: TEAM, ids: [state.item], previousId: 0, nextId: ids[0], parentId: 0 });
    check("placed", placed.some((p) => p.id === state.item), true);
    const after = await call("wit_backlog", { action: "list_work_items", project: PROJECT, team: TEAM, backlogId: level.id });
    check("first", after.workItems[0].target.id, state.item);
  },

  async search() {
    const found = await call("search_workitem", { searchText: "changed agent", project: [PROJECT], workItemType: [TYPE], includeFacets: true });
    check("found", [found.count, found.results.map((r) => [r.project.id, r.fields["system.id"], r.fields["system.title"]])],
      [1, [[state.project, String(state.item), "Changed by an agent"]]]);
    check("highlights", found.results[0].hits.filter((h) => h.fieldReferenceName === "system.title").map((h) => h.highlights),
      [["<highlighthit>Changed</highlighthit> by an <highlighthit>agent</highlighthit>"]]);
    check("facets", found.facets["System.WorkItemType"], [{ name: TYPE, id: TYPE, resultCount: 1 }]);
    const children = await call("search_workitem", { searchText: "child", project: [PROJECT], workItemType: ["Task"], top: 1 });
    check("a page", [children.count, children.results.length, children.facets], [2, 1, null]);
  },

  async attachment() {
    const authorization = "Basic " + btoa(":" + process.env.PAT);
    const uploaded = await fetch(`${process.env.ROOT}/fabrikam/${encodeURIComponent(PROJECT)}/_apis/wit/attachments?fileName=note.txt&api-version=7.1`, {
      method: "POST", headers: { authorization, "content-type": "application/octet-stream" }, body: "from an agent",
    });
    const { id } = await uploaded.json();
    check("attachment", await call("wit_work_item_attachment", { project: PROJECT, attachmentId: id, fileName: "note.txt" }), "from an agent");
    const bytes = await call("wit_work_item_attachment", { project: PROJECT, attachmentId: id, fileName: "note.png" });
    check("bytes", Buffer.from(bytes.blob, "base64").toString(), "from an agent");
  },
};

const PROJECT = "Fabrikam Fiber", TEAM = "Fabrikam Fiber Team", TYPE = process.env.REQUIREMENT;
const state = {};
for (const [name, part] of Object.entries(parts)) {
  try {
    await part();
  } catch (e) {
    problems++;
    console.error(`${name}: ${e.stack}`);
  }
}

// Every tool of these domains has to be called, each with all its actions.
// Repositories and wikis are other products.
const other = new Set(["search_code", "search_wiki"]);
for (const tool of (await client.listTools()).tools) {
  const used = called.get(tool.name) ?? new Set();
  const actions = tool.inputSchema.properties.action;
  const all = actions ? actions.enum ?? [actions.const] : [""];
  if (!other.has(tool.name)) check(`actions of ${tool.name}`, [...used].sort(), [...all].sort());
}
await client.close();
console.log([...called].map(([name, used]) => `${name} ${used.size}`).join("\n"));
process.exitCode = problems ? 1 : 0;

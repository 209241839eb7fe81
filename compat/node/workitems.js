// Projects and work items with azure-devops-node-api, as its readme shows it.
const azdev = require("azure-devops-node-api");
const { WorkItemErrorPolicy, WorkItemExpand } = require("azure-devops-node-api/interfaces/WorkItemTrackingInterfaces");

const connect = (organization, token) => new azdev.WebApi(`${process.env.ROOT}/${organization}`, azdev.getPersonalAccessTokenHandler(token));

async function main() {
  const connection = connect("fabrikam", process.env.PAT);
  console.log((await connection.connect()).authenticatedUser.providerDisplayName);

  const core = await connection.getCoreApi();
  const projects = await core.getProjects();
  console.log(projects.length, projects.some(p => p.id === "56af920d-393b-4236-9a07-24439ccaa85c" && p.name === "Fabrikam Fiber"));
  const pages = [];
  for (let skip = 0; skip === pages.flat().length; skip += 10) pages.push(await core.getProjects(undefined, 10, skip));
  console.log(pages.map(p => p.length), new Set(pages.flat().map(p => p.id)).size);
  const project = await core.getProject("Fabrikam Fiber", true);
  console.log(project.name, project.capabilities.versioncontrol.sourceControlType, project.defaultTeam.name);

  const wit = await connection.getWorkItemTrackingApi();
  const item = await wit.getWorkItem(480, undefined, undefined, WorkItemExpand.Relations);
  console.log(item.id, item.fields["System.Title"], item.fields["System.State"], item.relations.length > 0);
  const items = await wit.getWorkItems([362, 999999, 361], ["System.Title"], undefined, undefined, WorkItemErrorPolicy.Omit);
  console.log(items.map(w => w && `${w.id} ${w.fields["System.Title"]}`));
  const batch = await wit.getWorkItemsBatch({ ids: [361, 362], fields: ["System.State"], errorPolicy: WorkItemErrorPolicy.Fail });
  console.log(batch.map(w => w.fields["System.State"]));
  const past = await wit.getWorkItems([10000], ["System.Rev", "System.State"], new Date("2014-04-20T00:00:00Z"));
  console.log(past[0].rev, past[0].fields["System.State"]);

  const changed = await wit.updateWorkItem({}, [
    { op: "test", path: "/rev", value: item.rev },
    { op: "add", path: "/fields/System.Title", value: "Customer Phone - Phase 2" },
    { op: "add", path: "/fields/System.Tags", value: "phone; second" },
  ], 480);
  console.log(changed.rev - item.rev, changed.fields["System.Title"], changed.fields["System.Tags"], changed.fields["System.ChangedBy"].displayName);
  await wit.updateWorkItem({}, [{ op: "test", path: "/rev", value: item.rev }], 480)
    .catch(e => console.log(e.statusCode, e.result.typeKey));
  const created = await wit.createWorkItem({}, [{ op: "add", path: "/fields/System.Title", value: "From Node" }], "Fabrikam Fiber", "Bug");
  console.log(created.rev, created.fields["System.WorkItemType"], created.fields["System.Title"]);
  console.log(await wit.getWorkItem(999999)); // the client gives null for 404

  const reader = await connect("fabrikam", process.env.READER).getCoreApi();
  console.log((await reader.getProjects()).map(p => p.name));
  await connect("fabrikam", "nobody").getCoreApi().catch(e => console.log(e.statusCode, e.result.typeKey));
}

main().catch(e => {
  console.error(e);
  process.exitCode = 1;
});

// Queries that odata-query builds, o.js and @odata/client send.
const { default: buildQuery } = require("odata-query");
const { OData } = require("@odata/client");
const { o } = require("odata");

const root = `${process.env.ROOT}/fabrikam/_odata/v4.0-preview/`;
const authorization = "Basic " + Buffer.from(":" + process.env.PAT).toString("base64");

async function built() {
  const ask = async (set, query) => {
    const answer = await fetch(root + set + buildQuery(query), { headers: { Authorization: authorization } });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.error.message);
    return body;
  };
  let page = await ask("WorkItems", {
    filter: { and: [{ WorkItemType: "Feature" }, { State: { in: ["In Progress", "Resolved"] } }, { Project: { ProjectName: "Fabrikam Fiber" } }, { Tags: { any: { TagName: "Customer" } } }] },
    select: ["WorkItemId", "Title"], orderBy: ["WorkItemId desc"], top: 2, count: true, expand: { Area: { select: ["AreaPath"] } },
  });
  console.log(page["@odata.count"], page.value.map(w => `${w.WorkItemId} ${w.Title}, ${w.Area.AreaPath}`));
  page = await ask("WorkItems", {
    filter: { WorkItemId: { ge: 361, le: 365 }, CreatedDate: { gt: { type: "raw", value: "2020-01-01T00:00:00Z" } }, ProjectSK: { type: "guid", value: "56af920d-393b-4236-9a07-24439ccaa85c" } },
    select: "WorkItemId", orderBy: "WorkItemId",
  });
  console.log(page.value.map(w => w.WorkItemId));
  page = await ask("WorkItems", { transform: [{ filter: { WorkItemType: { in: ["Bug", "Epic"] } } }, { groupBy: { properties: ["WorkItemType"], transform: [{ aggregate: [{ $count: { as: "Number" } }, { Effort: { with: "sum", as: "Points" } }] }] } }], orderBy: "WorkItemType" });
  console.log(page.value.map(w => `${w.WorkItemType} ${w.Number} ${w.Points}`));
}

async function sent() {
  const api = o(root, { headers: { Authorization: authorization } });
  const items = await api.get("WorkItems").query({ $filter: "WorkItemId in (361,480)", $select: "WorkItemId,Title", $orderby: "WorkItemId" });
  console.log(items.map(w => `${w.WorkItemId} ${w.Title}`));
  await api.get("WorkItems").query({ $filter: "Nowhere eq 1" }).catch(e => console.log(e.status));

  const client = OData.New4({ serviceEndpoint: root, commonHeaders: { Authorization: authorization } });
  const areas = await client.newRequest({ collection: "Areas", params: client.newParam().filter(client.newFilter().property("AreaName").eq("Voice")).select("AreaPath").top(5) });
  console.log(areas.value.map(a => a.AreaPath));
  const wrong = await client.newRequest({ collection: "Areas", params: client.newParam().filter("Nowhere eq 1") }).catch(e => e);
  console.log((wrong.error || wrong).message.slice(0, 10));
}

built().then(sent).catch(e => {
  console.error(e);
  process.exitCode = 1;
});

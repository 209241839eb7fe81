// Clients that SAP Cloud SDK generated from $metadata, a strict reader of it, and a query with each.
const fs = require("fs");
const path = require("path");
const ts = require("typescript");
const { desc } = require("@sap-cloud-sdk/odata-common");

const destination = version => ({ url: `${process.env.ROOT}/fabrikam/_odata/${version}`, authentication: "BasicAuthentication", username: "any", password: process.env.PAT });

// client compiles a generated client and loads it.
function client(name) {
  const dir = path.join(process.env.GENERATED, name);
  for (const file of fs.readdirSync(dir).filter(f => f.endsWith(".ts") && !f.endsWith(".d.ts"))) {
    const source = fs.readFileSync(path.join(dir, file), "utf8");
    const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
    fs.writeFileSync(path.join(dir, file.replace(/ts$/, "js")), ts.transpileModule(source, { compilerOptions: options }).outputText);
  }
  return require(path.join(dir, "service.js"));
}

async function main() {
  for (const [name, version, load] of [["V4", "v4.0-preview", "v4"], ["V2", "v2.0", "v2"]]) {
    const service = client(name)[load]();
    const { workItemsApi: items, areasApi: areas, usersApi: users } = service;
    const s = items.schema;
    const found = await items.requestBuilder().getAll()
      .select(s.WORK_ITEM_ID, s.TITLE, s.CHANGED_DATE, s.EFFORT, s.AREA_SK)
      .expand(s.AREA.select(areas.schema.AREA_PATH), s.ASSIGNED_TO.select(users.schema.USER_NAME))
      .filter(s.WORK_ITEM_TYPE.equals("Feature"), s.WORK_ITEM_ID.lessOrEqual(480), s.EFFORT.greaterThan(5))
      .orderBy(desc(s.WORK_ITEM_ID)).top(2)
      .execute(destination(version));
    for (const w of found) console.log(name, w.workItemId, w.title, w.changedDate.toISOString(), String(w.effort), w.areaSk, w.area.areaPath, w.assignedTo?.userName);
    const sets = Object.getOwnPropertyNames(Object.getPrototypeOf(service)).filter(n => n.endsWith("Api") && n !== "initApi");
    console.log(name, sets.length, "sets,", await items.requestBuilder().getAll().count().execute(destination(version)));
  }
}

main().catch(e => {
  console.error(e, e.cause?.response?.data || e.rootCause?.response?.data);
  process.exitCode = 1;
});

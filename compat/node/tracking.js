// The methods of work item tracking that clients.js does not call.
const { Readable } = require("node:stream");
const { text } = require("node:stream/consumers");
const { Operation } = require("azure-devops-node-api/interfaces/common/VSSInterfaces");
const Wit = require("azure-devops-node-api/interfaces/WorkItemTrackingInterfaces");

module.exports = async ({ wit }, state, check, AGILE, NAME) => {
  const patch = (ops) => Object.entries(ops).map(([path, value]) => ({ op: Operation.Add, path, value }));
  const make = (type, title) => wit.createWorkItem({}, patch({ "/fields/System.Title": title }), NAME, type);
  const { story } = state, bug = await make("Bug", "It sinks");

  const changed = await wit.updateWorkItem({}, patch({ "/fields/System.Tags": "leak; hull", "/fields/System.AssignedTo": "jamal@fabrikam.com" }), bug.id);
  check("item", [(await wit.getWorkItem(bug.id, ["System.Tags"])).fields, (await wit.getWorkItem(bug.id, ["System.Tags"], changed.fields["System.CreatedDate"])).fields],
    [{ "System.Tags": "hull; leak" }, {}]);
  check("items", (await wit.getWorkItems([bug.id, story], ["System.Title"])).map(i => i.fields["System.Title"]), ["It sinks", "Story"]);
  check("batch", (await wit.getWorkItemsBatch({ ids: [bug.id], fields: ["System.Rev"], errorPolicy: Wit.WorkItemErrorPolicy.Omit })).map(i => i.rev), [2]);
  check("revision", (await wit.getRevision(bug.id, 1)).fields["System.Title"], "It sinks");
  check("update", (await wit.getUpdate(bug.id, 2)).fields["System.Tags"].newValue, "hull; leak");
  check("defaults", (await wit.getWorkItemTemplate(NAME, "Bug")).fields["System.State"], "New");
  check("next states", (await wit.getWorkItemNextStatesOnCheckinAction([bug.id], "checkin")).map(s => [s.id, s.stateOnTransition]), [[bug.id, "Resolved"]]);

  const comment = await wit.addComment({ text: "First" }, NAME, bug.id);
  await wit.updateComment({ text: "Second" }, NAME, bug.id, comment.id);
  check("comment", (await wit.getComment(NAME, bug.id, comment.id)).text, "Second");
  check("comments", (await wit.getCommentsBatch(NAME, bug.id, [comment.id])).comments.map(c => c.version), [2]);
  check("versions", (await wit.getCommentVersions(NAME, bug.id, comment.id)).map(v => v.text).sort(), ["First", "Second"]);
  check("version", (await wit.getCommentVersion(NAME, bug.id, comment.id, 1)).text, "First");
  const { Heart } = Wit.CommentReactionType;
  await wit.createCommentReaction(NAME, bug.id, comment.id, Heart);
  check("reactions", (await wit.getCommentReactions(NAME, bug.id, comment.id)).map(r => [r.type, r.count]), [[Heart, 1]]);
  check("who", (await wit.getEngagedUsers(NAME, bug.id, comment.id, Heart)).map(u => u.displayName), ["Jamal Hartnett"]);
  check("taken back", (await wit.deleteCommentReaction(NAME, bug.id, comment.id, Heart)).count, 0);
  await wit.deleteComment(NAME, bug.id, comment.id);
  check("no comment", (await wit.getComments(NAME, bug.id)).comments, []);

  const file = await wit.createAttachment({}, Readable.from(["some bytes"]), "note.txt", undefined, NAME);
  check("attachment", await text(await wit.getAttachmentContent(file.id, "note.txt", NAME, true)), "some bytes");
  check("archive", await text(await wit.getAttachmentZip(file.id)), "some bytes");
  check("tags", (await wit.getTags(NAME)).map(t => t.name).sort(), ["hull", "leak"]);
  check("tag", [(await wit.updateTag({ name: "keel" }, NAME, "hull")).name, (await wit.getTag(NAME, "keel")).name], ["keel", "keel"]);
  await wit.deleteTag(NAME, "leak");
  check("tag gone", (await wit.getWorkItem(bug.id, ["System.Tags"])).fields["System.Tags"], "keel");

  const gone = await make("Task", "Gone");
  await wit.deleteWorkItem(gone.id, NAME);
  check("deleted", [(await wit.getDeletedWorkItem(gone.id, NAME)).name, (await wit.getDeletedWorkItems([gone.id], NAME)).map(d => d.id)], ["Gone", [gone.id]]);
  await wit.destroyWorkItem(gone.id, NAME);
  check("destroyed", await wit.getDeletedWorkItem(gone.id, NAME), null);

  const { Areas } = Wit.TreeStructureGroup;
  await wit.createOrUpdateClassificationNode({ name: "Dock" }, NAME, "areas");
  await wit.deleteClassificationNode(NAME, "areas", "Dock", (await wit.getRootNodes(NAME)).find(n => n.structureType === Areas).id);
  check("node gone", await wit.getClassificationNode(NAME, "areas", "Dock"), null);

  const field = await wit.createField({ name: "Node berth", referenceName: "Custom.NodeBerth", type: Wit.FieldType.Integer, usage: Wit.FieldUsage.WorkItem });
  check("field", [field.referenceName, field.type], ["Custom.NodeBerth", Wit.FieldType.Integer]);
  check("field hidden", (await wit.updateField({ isDeleted: true }, "Custom.NodeBerth")).isDeleted, true);
  await wit.updateField({ isDeleted: false }, "Custom.NodeBerth");
  await wit.deleteField("Custom.NodeBerth");
  check("fields", (await wit.getFields()).map(f => f.referenceName).filter(n => ["System.Title", "Custom.NodeBerth"].includes(n)), ["System.Title"]);
  const type = await wit.getWorkItemType(NAME, "Bug");
  check("type", [type.referenceName, (await wit.getWorkItemTypes(NAME)).some(t => t.name === "Bug")], ["Microsoft.VSTS.WorkItemTypes.Bug", true]);
  check("type field", (await wit.getWorkItemTypeFieldWithReferences(NAME, "Bug", "Microsoft.VSTS.Common.Priority", Wit.WorkItemTypeFieldsExpandLevel.All)).defaultValue, "2");
  check("categories", (await wit.getWorkItemTypeCategories(NAME)).find(c => c.referenceName === "Microsoft.BugCategory").defaultWorkItemType.name, "Bug");
  check("category", (await wit.getWorkItemTypeCategory(NAME, "Microsoft.BugCategory")).workItemTypes.map(t => t.name), ["Bug"]);
  check("color", (await wit.getWorkItemTypeColors([NAME])).map(p => p.value.find(c => c.workItemTypeName === "Bug").primaryColor), [type.color]);
  check("icon", (await wit.getWorkItemTypeColorAndIcons([NAME])).map(p => p.value.find(c => c.workItemTypeName === "Bug").icon), [type.icon.id]);
  check("state colors", (await wit.getWorkItemStateColors([NAME])).map(p => p.workItemTypeStateColors.find(c => c.workItemTypeName === "Bug").stateColors.map(s => s.name)),
    [(await wit.getWorkItemTypeStates(NAME, "Bug")).map(s => s.name)]);
  check("icons", [(await wit.getWorkItemIcons()).some(i => i.id === "icon_book"), (await wit.getWorkItemIconJson("icon_book")).id], [true, "icon_book"]);
  check("svg", (await text(await wit.getWorkItemIconSvg("icon_book", "009CCC"))).includes("<svg"), true);
  check("xaml", (await text(await wit.getWorkItemIconXaml("icon_book", "009CCC"))).includes("<Border"), true);
  const CHILD = "System.LinkTypes.Hierarchy-Forward";
  check("relation", [(await wit.getRelationType(CHILD)).name, (await wit.getRelationTypes()).some(r => r.referenceName === CHILD)], ["Child", true]);
  check("artifact types", (await wit.getWorkArtifactLinkTypes()).some(l => l.linkType === "Build"), true);

  const uri = "vstfs:///Build/Build/4712";
  await wit.updateWorkItem({}, patch({ "/relations/-": { rel: "ArtifactLink", url: uri, attributes: { name: "Build" } } }), bug.id);
  check("artifact", (await wit.queryWorkItemsForArtifactUris({ artifactUris: [uri] }, NAME)).artifactUrisQueryResult[uri].map(i => i.id), [bug.id]);
  check("my work", (await wit.getAccountMyWorkData(Wit.QueryOption.Doing)).workItemDetails.some(i => i.id === bug.id), true);
  check("activity", (await wit.getRecentActivityData()).find(a => a.id === bug.id).title, "It sinks");
  check("mentions", await wit.getRecentMentions(), []);

  const query = await wit.createQuery({ name: "Bugs", wiql: "SELECT [System.Id] FROM WorkItems WHERE [System.WorkItemType] = 'Bug'" }, NAME, "Shared Queries");
  check("query", (await wit.updateQuery({ name: "All bugs" }, NAME, query.id)).path, "Shared Queries/All bugs");
  check("search", (await wit.searchQueries(NAME, "all b")).value.map(q => q.id), [query.id]);
  check("queries", (await wit.getQueriesBatch({ ids: [query.id] }, NAME)).map(q => q.name), ["All bugs"]);
  await wit.deleteQuery(NAME, query.id);
  check("query gone", await wit.getQuery(NAME, query.id), null);

  const template = await wit.createTemplate({ name: "Small", workItemTypeName: "Task", fields: { "System.Tags": "small" } }, state.team);
  check("template", (await wit.replaceTemplate({ name: "Tiny", workItemTypeName: "Task", fields: { "System.Tags": "tiny" } }, state.team, template.id)).name, "Tiny");
  check("template read", (await wit.getTemplate(state.team, template.id)).fields, { "System.Tags": "tiny" });
  check("templates", (await wit.getTemplates(state.team, "Task")).map(t => t.id), [template.id]);
  await wit.deleteTemplate(state.team, template.id);
  check("no templates", await wit.getTemplates(state.team), []);

  // Streams are read to their end.
  const stream = async (page) => {
    for (let token, all = []; ;) {
      const { values, continuationToken, isLastBatch } = await page(token);
      all.push(...values);
      if (isLastBatch) return all;
      token = continuationToken;
    }
  };
  const revisions = await stream(token => wit.readReportingRevisionsGet(NAME, ["System.Title"], ["Bug"], token));
  check("revisions", revisions.map(r => [r.id, r.rev, r.fields["System.Title"]]).slice(0, 2), [[bug.id, 1, "It sinks"], [bug.id, 2, "It sinks"]]);
  const posted = await stream(token => wit.readReportingRevisionsPost({ fields: ["System.Title"], types: ["Bug"], includeLatestOnly: true }, NAME, token));
  check("posted", posted.map(r => r.id), [bug.id]);
  const links = await stream(token => wit.getReportingLinksByLinkType(NAME, [CHILD], undefined, token));
  check("links", links.map(l => [l.attributes.sourceId, l.attributes.targetId, l.attributes.isActive]).at(-1), [story, state.task, true]);
  check("discussions", (await stream(token => wit.readReportingDiscussions(NAME, token))).some(r => r.id === bug.id), true);
  await wit.deleteWorkItem(bug.id, NAME);
};

// The rest of projects, and what belongs to the organization or to a person: locations, profile, switches of features.
const { ContributedFeatureEnabledValue } = require("azure-devops-node-api/interfaces/FeatureManagementInterfaces");

module.exports = async ({ core, features, locations, profile }, state, check, AGILE, NAME) => {
  const spare = await core.createTeam({ name: "Spare" }, state.project);
  await core.deleteTeam(state.project, spare.id);
  check("team gone", await core.getTeam(state.project, spare.id), null);
  check("history", (await core.getProjectHistoryEntries()).some(p => p.id === state.project), true);

  if (core.getProjectTeamsByCategory) {
    const { myTeams, otherReadableTeams } = await core.getProjectTeamsByCategory(state.project, false, 10, 0);
    check("teams by category", [myTeams.length > 0, myTeams.concat(otherReadableTeams).some(t => t.name === "Crew")], [true, true]);
  }
  check("properties of projects", (await core.getProjectsProperties([state.project], ["Color"])).map(p => [p.projectId, p.properties[0].value]), [[state.project, "green"]]);
  const [collection] = await core.getProjectCollections(10, 0);
  check("collection", (await core.getProjectCollection(collection.id)).state, "Started");
  const dot = [...Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==", "base64")];
  check("avatar", [await core.setProjectAvatar({ image: dot }, state.project), await core.removeProjectAvatar(state.project)], [null, null]);

  const data = await locations.getConnectionData();
  state.me = data.authenticatedUser.id;
  check("connection", data.authenticatedUser.providerDisplayName, "Jamal Hartnett");
  const areas = await locations.getResourceAreas(), wit = areas.find(a => a.name === "wit");
  check("area", [(await locations.getResourceArea(wit.id)).locationUrl, (await locations.getResourceAreaByHost(wit.id, data.instanceId)).name], [wit.locationUrl, "wit"]);
  if (locations.getResourceAreaByInstanceId) check("area of an instance", (await locations.getResourceAreaByInstanceId(wit.id, data.instanceId, "")).name, "wit");
  check("areas of a host", (await locations.getResourceAreasByHost(data.instanceId)).length, areas.length);
  const identifier = "6f0cf3a4-1c39-4f5e-8a55-7f1f8f4f6d02";
  await locations.updateServiceDefinitions({ count: 1, value: [{ serviceType: "Ferry", identifier, displayName: "Ferry" }] });
  check("service", [(await locations.getServiceDefinition("Ferry", identifier)).displayName, (await locations.getServiceDefinitions("Ferry")).length], ["Ferry", 1]);
  await locations.deleteServiceDefinition("Ferry", identifier);
  check("service gone", await locations.getServiceDefinition("Ferry", identifier), null);
  check("profile", (await profile.getProfile("me")).id, state.me);

  const BOARDS = "ms.vss-work.agile", at = ["host", "project", state.project], { Enabled, Disabled } = ContributedFeatureEnabledValue;
  const feature = await features.getFeature(BOARDS);
  check("feature", [feature.defaultState, (await features.getFeatures()).some(f => f.id === BOARDS)], [true, true]);
  check("off", (await features.setFeatureStateForScope({ featureId: BOARDS, state: Disabled }, BOARDS, ...at)).state, Disabled);
  check("off for the project", [(await features.getFeatureStateForScope(BOARDS, ...at)).state, (await features.getFeatureState(BOARDS, "host")).state], [Disabled, Enabled]);
  const query = { featureIds: [BOARDS], scopeValues: { project: state.project } };
  check("asked", (await features.queryFeatureStates(query)).featureStates[BOARDS].state, Disabled);
  check("asked for the project", (await features.queryFeatureStatesForNamedScope(query, ...at)).featureStates[BOARDS].state, Disabled);
  check("asked for all", (await features.queryFeatureStatesForDefaultScope({ featureIds: [BOARDS] }, "host")).featureStates[BOARDS].state, Enabled);
  check("on", (await features.setFeatureStateForScope({ featureId: BOARDS, state: Enabled }, BOARDS, ...at)).state, Enabled);
  check("on for all", (await features.setFeatureState({ featureId: BOARDS, state: Enabled }, BOARDS, "host")).state, Enabled);
};

package edm

// userEntity is everyone a row refers to, service accounts included.
var userEntity = &EntityType{
	Name: "User", Set: "Users", SetDisplay: "Users", Since: V1,
	Key: []string{"UserSK"},
	Properties: []Property{
		{Name: "UserSK", Type: guid, NotNull: true},
		{Name: "UserId", Type: guid, Display: "User Id"},
		{Name: "UserName", Type: text, Display: "User Name", PII: true},
		{Name: "UserEmail", Type: text, Display: "User Email", PII: true},
		{Name: "AnalyticsUpdatedDate", Type: moment, Since: V3Preview},
		{Name: "GitHubUserId", Type: text, Since: V3Preview, Display: "GitHub User Id"},
		{Name: "UserType", Type: userType, Since: V3Preview, Display: "User Type"},
	},
}

package api

import (
	"io"
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"
)

// A value that cannot be read is the client's mistake, and is told without the names that this program has for things.
func TestDecode_Refusals(t *testing.T) {
	a := fixture(t, dbtest.New(t, "sqlite"), nil)
	const jsonType = "\nContent-Type: application/json\n\n"
	for name, c := range map[string]struct {
		request string
		status  int
	}{
		"a date that is none": {`POST /fabrikam/_apis/boardwalk/servicePrincipals/0f4a9b52-61c8-4a27-9d8e-3b5f0c7d2e11/secrets?api-version=7.1` + jsonType + `{"displayName":"k","validTo":"tomorrow"}`, 400},
		"another one":         {`POST /fabrikam/_apis/tokenadmin/revocationrules?api-version=7.1-preview.1` + jsonType + `{"scopes":"vso.work","createdBefore":"tomorrow"}`, 400},
		"a list for a name":   {`POST /fabrikam/_apis/ServicePrincipalEntitlements?api-version=7.1-preview.1` + jsonType + `{"servicePrincipal":{"displayName":[5]}}`, 200},
		"and of a person":     {`POST /fabrikam/_apis/userentitlements?api-version=7.1` + jsonType + `{"user":{"principalName":[5]}}`, 200},
	} {
		answer := call(t, a, "admin", c.request)
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != c.status || !strings.Contains(string(body), "is not valid") || strings.Contains(string(body), "Go ") {
			t.Errorf("%s: %s %s %v", name, answer.Status, body, err)
		}
	}
}

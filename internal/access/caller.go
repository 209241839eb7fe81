// Package access knows people, personal access tokens and what each caller may do. It hides how tokens are kept and how
// rights are derived; it must not know HTTP, work items or queries. Start reading at Store.Authenticate and Caller.
package access

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Level is an access level of an organization.
type Level string

// The access levels. Stakeholders have no Analytics; the others differ in what people pay elsewhere, not in what they may
// do here.
const (
	Basic        Level = "basic"
	Stakeholder  Level = "stakeholder"
	TestPlans    Level = "advanced"
	EarlyAdopter Level = "earlyAdopter"
	Professional Level = "professional"
)

// User is an identity of an organization: a person, a service, or someone who only appears in data.
type User struct {
	ID            int64 // within the organization
	GUID          uuid.UUID
	DisplayName   string
	UniqueName    string // sign-in name, usually the mail address
	Email         string
	Account       int64     // 0 for an identity that cannot sign in with a browser
	Application   uuid.UUID // the client id of a service principal, zero for people
	Level         Level     // the highest of its own and those that groups give
	OwnLevel      Level     // given to the user alone; of those read from a store
	Administrator bool      // of the organization
	Active        bool      // false once removed from the organization
	CreatedAt     time.Time // zero when not known
}

// Descriptor is the subject descriptor clients use in place of the GUID. observed: "aad." and the unpadded base64url of
// the GUID's text with version nibble 7. documented: that of service principals begins with "aadsp.".
func (u *User) Descriptor() string {
	text := []byte(u.GUID.String())
	text[14] = '7'
	if u.IsService() {
		return "aadsp." + base64.RawURLEncoding.EncodeToString(text)
	}
	return "aad." + base64.RawURLEncoding.EncodeToString(text)
}

// IdentityDescriptor is the older form of the descriptor, which permissions are written with.
func (u *User) IdentityDescriptor() string {
	if u.IsService() { // documented
		return `Microsoft.VisualStudio.Services.Claims.AadServicePrincipal;` + uuid.Nil.String() + `\` + u.GUID.String()
	}
	return `Microsoft.IdentityModel.Claims.ClaimsIdentity;` + uuid.Nil.String() + `\` + u.UniqueName
}

// Caller is who makes a request and what that allows. It is immutable and valid for one request.
type Caller struct {
	Org   int64
	User  *User
	Scope string // of the token, space-separated; "app_token" is everything

	Credential Credential // what the caller signed in with
	Origin     Origin     // where the request came from; whoever authenticates over HTTP sets it

	token     *tokenMark // nil for who came without one
	system    bool       // the program itself, which may do everything
	directory *Directory // nil for nobody, who may do nothing
	principal *principal
}

// System is a caller for the program's own work in an organization, such as loading records. It may do everything.
func System(org int64, as *User) *Caller {
	return &Caller{Org: org, User: as, Scope: "app_token", system: true}
}

// Allowed reports whether the caller has permissions of a namespace, all of them, at a token.
func (c *Caller) Allowed(namespace, token string, permissions int64) bool {
	return c.Permissions(namespace, token)&permissions == permissions
}

// Permissions is what the caller may do at a token of a namespace.
func (c *Caller) Permissions(namespace, token string) int64 {
	n := FindNamespace(namespace)
	if c.system || c.directory == nil {
		return map[bool]int64{true: n.all}[c.system]
	}
	return c.directory.evaluate(c.principal.subjects, n, token).effectiveAllow
}

// Allows is Allowed as of the directory, which may be newer than what the caller was authenticated with.
func (d *Directory) Allows(c *Caller, namespace, token string, permissions int64) bool {
	return c.system || c.directory != nil && d.evaluate(d.principal(c.User).subjects, FindNamespace(namespace), token).effectiveAllow&permissions == permissions
}

func (c *Caller) rights(project int64) rights {
	if c.principal == nil {
		return rights{}
	}
	return c.principal.rights(project)
}

// May reports whether the caller has permissions of a project, all of them.
func (c *Caller) May(project, permissions int64) bool {
	return c.system || c.rights(project).project&permissions == permissions
}

// CanRead reports whether the caller may read a project.
func (c *Caller) CanRead(project int64) bool { return c.May(project, ReadProject) }

// CanWrite reports whether the caller may change work items of a project, those of one area at least.
func (c *Caller) CanWrite(project int64) bool {
	return c.system || c.CanRead(project) && c.rights(project).someAreas&EditWorkItems != 0
}

// CanBypassRules reports whether the caller may set what the rules of a project's types would set or refuse.
func (c *Caller) CanBypassRules(project int64) bool { return c.May(project, BypassRules) }

// CanManage reports whether the caller may change how a project is set up: the settings of its teams, their boards.
func (c *Caller) CanManage(project int64) bool { return c.May(project, EditProject) }

// CanDestroy reports whether the caller may remove work items of a project for good.
func (c *Caller) CanDestroy(project int64) bool { return c.May(project, DestroyWorkItems) }

// CanTag reports whether the caller has permissions on the tags of a project. With Stakeholder access people put tags on
// work items that others have made, whatever they are allowed.
func (c *Caller) CanTag(project, permissions int64) bool {
	if c.User.Level == Stakeholder && permissions&CreateTag != 0 {
		return false
	}
	return c.system || c.rights(project).tags&permissions == permissions
}

// CanEditSomeProcess reports whether the caller may change a process, whichever.
func (c *Caller) CanEditSomeProcess() bool {
	if c.system || c.directory == nil {
		return c.system
	}
	for id, parent := range c.directory.processes {
		if c.Allowed(ProcessNamespace, ProcessToken(parent, id), EditProcess) {
			return true
		}
	}
	return c.Allowed(ProcessNamespace, ProcessToken(), EditProcess)
}

// Administers reports whether the caller may change what belongs to the organization as a whole.
func (c *Caller) Administers() bool {
	return c.Allowed(CollectionNamespace, CollectionToken, EditCollection)
}

// ReadsAll reports whether the caller may read every project of the organization.
func (c *Caller) ReadsAll() bool { return c.system || c.principal != nil && c.principal.readsAll }

// CanViewAnalytics reports whether the caller may query Analytics data of a project: a reader with more than
// Stakeholder access to whom it is not denied.
func (c *Caller) CanViewAnalytics(project int64) bool {
	return c.Licensed() && c.CanRead(project) && (c.system || c.rights(project).analytics&ViewAnalytics != 0)
}

// ViewsAllAnalytics reports whether the caller may query Analytics data of every project of the organization.
func (c *Caller) ViewsAllAnalytics() bool {
	return c.Licensed() && (c.system || c.principal != nil && c.principal.viewsAll)
}

// Licensed reports whether the caller's access level includes Analytics.
func (c *Caller) Licensed() bool { return c.User.Level != Stakeholder }

// Account is a person who can sign in, across organizations.
type Account struct {
	ID          int64
	GUID        uuid.UUID
	UniqueName  string
	DisplayName string
}

func key(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

package access

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math/bits"
	"strings"
	"sync"
)

// Namespace is a family of permissions: which there are, and how the tokens they are set on are made.
type Namespace struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	DisplayName *string  `json:"displayName"`
	Separator   string   `json:"separator"` // between the parts of tokens; U+0000 where tokens have no parts
	Structure   int      `json:"structure"` // 1 where tokens have parts
	Read        int64    `json:"read"`      // the permission to see who has which
	Write       int64    `json:"write"`     // the permission to change that
	Category    string   `json:"category"`
	Extension   *string  `json:"extension"`
	Remotable   bool     `json:"remotable"`
	Translated  bool     `json:"translated"`
	SystemBits  int64    `json:"systemBits"`
	OwnActions  bool     `json:"ownActions"` // its actions name it, others name nothing. observed
	Actions     []Action `json:"actions"`

	all int64 // every permission
}

// Action is a permission of a namespace.
type Action struct {
	Bit         int64   `json:"bit"`
	Name        string  `json:"name"`
	DisplayName *string `json:"displayName"`
}

// The namespaces whose permissions decide something here. documented: security namespaces and permissions.
const (
	ProjectNamespace    = "52d39943-cb85-4d7f-8fa8-c6baac873819"
	AreaNamespace       = "83e28ad4-2d72-4ceb-97b0-c7726d5502c3"
	IterationNamespace  = "bf7bfa03-b2b7-47db-8113-fa2e002cc5b1"
	IdentityNamespace   = "5a27515b-ccd7-42c9-84f1-54c998f03866"
	TaggingNamespace    = "bb50f182-8e5e-40b8-bc21-e8752a1e7ae2"
	AnalyticsNamespace  = "58450c49-b02d-465a-ab12-59ae512d6531"
	CollectionNamespace = "3e65f728-f8bc-4ecd-8764-7e378b19bfa7"
	QueryNamespace      = "71356614-aad7-4757-8f2c-0fb3bff6f680"
	ProcessNamespace    = "2dab47f9-bd70-49ed-9bd5-8eb051e59c02"
	PlanNamespace       = "bed337f8-e5f3-4fb9-80da-81e17d06e7a8"
	DashboardNamespace  = "8adf73b7-389a-4276-b638-fe1653f7efc7"
	AuditNamespace      = "a6cc6381-a1ca-4b36-b3c1-4e65211e82b6"
)

// Permissions of projects.
const (
	ReadProject       int64 = 1
	EditProject       int64 = 2
	DeleteProject     int64 = 4
	ViewTestResults   int64 = 512
	DeleteWorkItems   int64 = 8192
	MoveWorkItems     int64 = 16384
	DestroyWorkItems  int64 = 32768
	RenameProject     int64 = 65536
	ManageProperties  int64 = 131072
	BypassRules       int64 = 1048576
	UpdateVisibility  int64 = 4194304
	publishTests      int64 = 8
	manageTestSetup   int64 = 2048 | 4096
	suppressMail      int64 = 2097152
	ManagePlans       int64 = 33554432
	deleteTestResults int64 = 256
)

// Permissions of areas and, as far as those have them, of iterations.
const (
	ViewNode       int64 = 1
	EditNode       int64 = 2
	CreateChildren int64 = 4
	DeleteNode     int64 = 8
	ViewWorkItems  int64 = 16
	EditWorkItems  int64 = 32
	EditComments   int64 = 512
	manageTests    int64 = 64 | 128
)

// Permissions of groups and teams.
const (
	ViewIdentity     int64 = 1
	EditIdentity     int64 = 2
	DeleteIdentity   int64 = 4
	ManageMembership int64 = 8
	CreateScope      int64 = 16
)

// Permissions of shared queries and their folders.
const (
	ReadQueries       int64 = 1
	ContributeQueries int64 = 2
	DeleteQueries     int64 = 4
)

// Permissions of delivery plans.
const (
	ViewPlan   int64 = 1
	EditPlan   int64 = 2
	DeletePlan int64 = 4
	ManagePlan int64 = 8 // who may do what with it
)

// Permissions of dashboards.
const (
	ReadDashboards   int64 = 1
	CreateDashboards int64 = 2
	EditDashboards   int64 = 4
	DeleteDashboards int64 = 8
)

// Permissions of processes.
const (
	EditProcess   int64 = 1
	DeleteProcess int64 = 2
	CreateProcess int64 = 4
	ManageAccess  int64 = 8 // to the process
	ViewProcess   int64 = 16
)

// Permissions of tags, of Analytics and of the organization.
const (
	CreateTag int64 = 2
	UpdateTag int64 = 4
	DeleteTag int64 = 8

	ViewAnalytics       int64 = 1
	AdministerAnalytics int64 = 2

	ViewCollection int64 = 1
	EditCollection int64 = 2
	CreateProjects int64 = 4
	ManageProcess  int64 = 32

	ViewAuditLog int64 = 1
)

//go:embed namespaces.json
var namespaceFile []byte

// namespaces reads the embedded list at first use. It is part of the program, so an error in it is one of the build.
var namespaces = sync.OnceValue(func() []*Namespace {
	var all []*Namespace
	if err := json.Unmarshal(namespaceFile, &all); err != nil {
		panic(fmt.Sprintf("namespaces.json: %v", err))
	}
	for _, n := range all {
		for _, a := range n.Actions {
			n.all |= a.Bit
		}
	}
	return all
})

// Namespaces lists all namespaces in the order of the hosted service. observed.
func Namespaces() []*Namespace { return namespaces() }

var namespacesByID = sync.OnceValue(func() map[string]*Namespace {
	byID := map[string]*Namespace{}
	for _, n := range namespaces() {
		byID[n.ID] = n
	}
	return byID
})

// FindNamespace finds a namespace by id, or returns nil.
func FindNamespace(id string) *Namespace { return namespacesByID()[strings.ToLower(id)] }

// Enforced reports whether the namespace's permissions decide something here. Those of others cannot be set.
func (n *Namespace) Enforced() bool {
	switch n.ID {
	case ProjectNamespace, AreaNamespace, IterationNamespace, IdentityNamespace, TaggingNamespace, AnalyticsNamespace, CollectionNamespace, AuditNamespace, QueryNamespace, ProcessNamespace, PlanNamespace, DashboardNamespace:
		return true
	}
	return false
}

// All is every permission of the namespace.
func (n *Namespace) All() int64 { return n.all }

// Label names the first of some permissions as people read it.
func (n *Namespace) Label(permissions int64) string {
	first := int64(1) << bits.TrailingZeros64(uint64(permissions)) //nolint:gosec // bits, whatever their sign
	for _, a := range n.Actions {
		if a.Bit == first && a.DisplayName != nil {
			return *a.DisplayName
		}
	}
	return n.Name
}

// Labels names permissions as people read them.
func (n *Namespace) Labels(permissions int64) []string {
	names := []string{}
	for _, a := range n.Actions {
		if a.Bit&permissions == 0 {
			continue
		}
		if a.DisplayName != nil {
			names = append(names, *a.DisplayName)
		} else {
			names = append(names, a.Name)
		}
	}
	return names
}

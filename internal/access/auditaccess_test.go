package access

import (
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

// Whatever changes who may do what is in the log, by whom and of which project; what changes nothing is not.
func TestAudit_Access(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		_, bossID := x.person(t, "Boss", User{Active: true, Administrator: true}, 1)
		var boss *Caller
		x.update(t, func(tx *db.Tx) (err error) {
			boss, err = x.store.CallerOf(tx, 1, bossID)
			return err
		})
		var g Group
		for _, step := range []func(tx *db.Tx) error{
			func(tx *db.Tx) (err error) {
				g, err = AddGroup(tx, boss, Group{Name: "Testers", Project: 2})
				return err
			},
			func(tx *db.Tx) error { g.Name = "Checkers"; return ChangeGroup(tx, boss, g) },
			func(tx *db.Tx) error { return Join(tx, boss, g.Subject(), Subject{UserKind, x.bobID}) },
			func(tx *db.Tx) error { return Join(tx, boss, Subject{Contributor, 1}, g.Subject()) },
			func(tx *db.Tx) error { return Leave(tx, boss, g.Subject(), Subject{UserKind, x.bobID}) },
			func(tx *db.Tx) error { return DeleteGroup(tx, boss, g) },
			func(tx *db.Tx) error { _, err := x.store.Admit(tx, boss, "new@example.com", Stakeholder); return err },
			func(tx *db.Tx) error { _, err := x.store.Admit(tx, boss, "new@example.com", ""); return err }, // is in
			func(tx *db.Tx) error { _, err := x.store.Admit(tx, boss, "new@example.com", Basic); return err },
			func(tx *db.Tx) error {
				d, err := x.store.Directory(tx, 1)
				if err != nil {
					return err
				}
				return Remove(tx, boss, d.Find("new@example.com"))
			},
		} {
			x.update(t, step)
		}
		n := FindNamespace(ProjectNamespace)
		token := ProjectToken(x.projects[2])
		bob := Subject{UserKind, x.bobID}
		ctx := t.Context()
		if _, err := x.store.SetEntries(ctx, boss, n, token, []Entry{{bob, ReadProject | EditProject, DeleteProject}}, true); err != nil {
			t.Fatal(err)
		}
		if _, err := x.store.RemovePermissions(ctx, boss, n, token, bob, EditProject|RenameProject); err != nil {
			t.Fatal(err)
		}
		if _, err := x.store.RemoveEntries(ctx, boss, n, token, []Subject{bob, {UserKind, bossID}}); err != nil {
			t.Fatal(err)
		}
		if err := x.store.SetLists(ctx, boss, FindNamespace(TaggingNamespace), []List{{Token: TaggingToken(x.projects[1]), Inherits: true, Entries: []Entry{{bob, CreateTag, 0}}}}); err != nil {
			t.Fatal(err)
		}
		if _, err := x.store.SetEntries(ctx, boss, FindNamespace(AreaNamespace), NodeToken(x.roots[1]), []Entry{{bob, DeleteNode, 0}}, true); err != nil {
			t.Fatal(err)
		}
		if _, err := x.store.RemoveLists(ctx, boss, FindNamespace(TaggingNamespace), []string{TaggingToken(x.projects[0])}, false); err != nil {
			t.Fatal(err)
		}
		bobs, err := x.store.Authenticate(ctx, 1, x.token(t, Token{Account: x.bob}))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := x.store.SetEntries(ctx, bobs, n, token, []Entry{{bob, ReadProject, 0}}, true); err == nil {
			t.Fatal("Bob gives himself permissions")
		}

		names := map[uuid.UUID]string{x.projects[0]: "first: ", x.projects[1]: "second: ", x.projects[2]: "third: "}
		var got []string
		for _, e := range x.log(t, 1) {
			got = append(got, e.ActorName+" "+string(e.Action)+" "+names[e.Project]+e.Details())
		}
		want := []string{ // newest first
			"Boss Security.RemoveAccessControlLists first: Removed the permissions in Tagging at " + TaggingToken(x.projects[0]),
			"Boss Security.ModifyPermission second: Set permissions of Bob in CSS at " + NodeToken(x.roots[1]) + ": allowed Delete this node, denied nothing",
			"Boss Security.ModifyAccessControlLists second: Replaced the permissions in Tagging at " + TaggingToken(x.projects[1]),
			"Boss Security.RemoveIdentityACEs third: Removed all permissions of Bob in Project at " + token,
			"Boss Security.RemovePermission third: Took permissions from Bob in Project at " + token + ": Edit project-level information",
			"Boss Security.ModifyPermission third: Set permissions of Bob in Project at " + token + ": allowed View project-level information, Edit project-level information, denied Delete team project",
			"Boss Licensing.Removed Removed new@example.com from the organization",
			"Boss Licensing.Modified Changed the access level of new@example.com from stakeholder to basic",
			"Boss Licensing.Assigned Let new@example.com in with the access level stakeholder",
			`Boss Group.UpdateGroups.Delete second: Deleted the group [p]\Checkers`,
			`Boss Group.UpdateGroupMembership.Remove second: Removed Bob from the group [p]\Checkers`,
			`Boss Group.UpdateGroupMembership.Add first: Added [p]\Checkers to the group [p]\Contributors`,
			`Boss Group.UpdateGroupMembership.Add second: Added Bob to the group [p]\Checkers`,
			`Boss Group.UpdateGroups.Modify second: Changed the group [p]\Checkers`,
			`Boss Group.CreateGroups second: Created the group [p]\Testers`,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

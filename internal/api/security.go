package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// maxTokens is how many tokens one request may ask about.
const maxTokens = 1000

// listNamespaces lists the namespaces, or the one that is asked for. observed: that is a list, too.
func (a *API) listNamespaces(_ context.Context, r *request) (any, error) {
	all := access.Namespaces()
	if r.params["securityNamespaceId"] != "" {
		n, err := r.namespace()
		if err != nil {
			return nil, err
		}
		all = []*access.Namespace{n}
	}
	shown := make([]azdo.SecurityNamespace, len(all))
	for i, n := range all {
		of := uuid.Nil.String()
		if n.OwnActions {
			of = n.ID
		}
		shown[i] = azdo.SecurityNamespace{
			NamespaceID: n.ID, Name: n.Name, DisplayName: n.DisplayName, SeparatorValue: n.Separator, ElementLength: -1,
			WritePermission: n.Write, ReadPermission: n.Read, DataspaceCategory: n.Category, Actions: make([]azdo.ActionDefinition, len(n.Actions)),
			StructureValue: n.Structure, ExtensionType: n.Extension, IsRemotable: n.Remotable, UseTokenTranslator: n.Translated, SystemBitMask: n.SystemBits,
		}
		for j, action := range n.Actions {
			shown[i].Actions[j] = azdo.ActionDefinition{Bit: action.Bit, Name: action.Name, DisplayName: action.DisplayName, NamespaceID: of}
		}
	}
	return azdo.NewList(shown), nil
}

// namespace is the one of the path.
func (r *request) namespace() (*access.Namespace, error) {
	return findNamespace(r.params["securityNamespaceId"])
}

func findNamespace(id string) (*access.Namespace, error) {
	n := access.FindNamespace(id)
	if n == nil {
		return nil, fault.NamespaceNotFound(id)
	}
	return n, nil
}

// listAccess lists what is set in a namespace, at a token or at all that the caller may see, for everybody or for some.
func (a *API) listAccess(ctx context.Context, r *request) (any, error) {
	n, err := r.namespace()
	if err != nil {
		return nil, err
	}
	extended, err := r.query.flag("includeExtendedInfo")
	if err != nil {
		return nil, err
	}
	recurse, err := r.query.flag("recurse")
	if err != nil {
		return nil, err
	}
	all, err := a.subjects(ctx, r)
	if err != nil {
		return nil, err
	}
	var of []*subject
	for _, id := range r.query.list("descriptors") {
		s := all.find(id)
		if s == nil {
			return nil, fault.SubjectNotFound(id)
		}
		of = append(of, s)
	}
	var tokens []string
	if token := r.query.text("token"); token != "" {
		tokens = []string{token}
	}
	directory, err := a.config.Access.People(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	shown := []azdo.AccessControlList{}
	for _, l := range directory.Lists(n, tokens, recurse) {
		if !r.caller.MaySee(n, l.Token) {
			continue
		}
		list := azdo.AccessControlList{InheritPermissions: l.Inherits, Token: l.Token, AcesDictionary: map[string]azdo.AccessControlEntry{}, IncludeExtendedInfo: extended}
		show := func(s *subject, e access.Entry) {
			shown := wireEntry(s, e)
			if extended {
				shown.ExtendedInfo = extendedInfo(directory, n, l.Token, e)
			}
			list.AcesDictionary[shown.Descriptor] = shown
		}
		for _, e := range l.Entries {
			if s := all.by(e.Subject); s != nil && of == nil {
				show(s, e)
			}
		}
		for _, s := range of {
			show(s, directory.Entry(n, l.Token, s.subject()))
		}
		shown = append(shown, list)
	}
	return azdo.NewList(shown), nil
}

func wireEntry(s *subject, e access.Entry) azdo.AccessControlEntry {
	return azdo.AccessControlEntry{Descriptor: s.identityDescriptor(), Allow: e.Allow, Deny: e.Deny}
}

// extendedInfo is what an identity may do at a token, by what is set there, above, and for the groups it is in.
func extendedInfo(d *access.Directory, n *access.Namespace, token string, e access.Entry) *azdo.AceExtendedInfo {
	allow, deny := d.Effective(e.Subject, n, token)
	return &azdo.AceExtendedInfo{EffectiveAllow: allow, EffectiveDeny: deny, InheritedAllow: allow &^ e.Allow, InheritedDeny: deny &^ e.Deny}
}

// entryBody is an entry as clients send it.
type entryBody struct {
	Descriptor string `json:"descriptor"`
	Allow      int64  `json:"allow"`
	Deny       int64  `json:"deny"`
}

func (a *subjects) entries(bodies []entryBody) (entries []access.Entry, of []*subject, err error) {
	for _, b := range bodies {
		who := a.find(b.Descriptor)
		if who == nil {
			return nil, nil, fault.SubjectNotFound(b.Descriptor)
		}
		entries, of = append(entries, access.Entry{Subject: who.subject(), Allow: b.Allow, Deny: b.Deny}), append(of, who)
	}
	return entries, of, nil
}

// setEntries sets entries at a token, and with merge keeps the permissions they do not name.
func (a *API) setEntries(ctx context.Context, r *request) (any, error) {
	var body struct {
		Token   string      `json:"token"`
		Merge   bool        `json:"merge"`
		Entries []entryBody `json:"accessControlEntries"`
	}
	n, err := r.namespace()
	if err != nil {
		return nil, err
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	all, err := a.subjects(ctx, r)
	if err != nil {
		return nil, err
	}
	entries, of, err := all.entries(body.Entries)
	if err != nil {
		return nil, err
	}
	set, err := a.config.Access.SetEntries(ctx, r.caller, n, body.Token, entries, body.Merge)
	if err != nil {
		return nil, err
	}
	shown := make([]azdo.AccessControlEntry, len(set))
	for i, e := range set {
		shown[i] = wireEntry(of[i], e)
	}
	return azdo.NewList(shown), nil
}

func (a *API) removeEntries(ctx context.Context, r *request) (any, error) {
	n, err := r.namespace()
	if err != nil {
		return nil, err
	}
	all, err := a.subjects(ctx, r)
	if err != nil {
		return nil, err
	}
	var of []access.Subject
	for _, id := range r.query.list("descriptors") {
		if s := all.find(id); s != nil { // who is gone has nothing
			of = append(of, s.subject())
		}
	}
	return a.config.Access.RemoveEntries(ctx, r.caller, n, r.query.text("token"), of)
}

// setAccess makes lists what is set at their tokens.
func (a *API) setAccess(ctx context.Context, r *request) (any, error) {
	var body struct {
		Value []struct {
			Token              string               `json:"token"`
			InheritPermissions bool                 `json:"inheritPermissions"`
			AcesDictionary     map[string]entryBody `json:"acesDictionary"`
		} `json:"value"`
	}
	n, err := r.namespace()
	if err != nil {
		return nil, err
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	all, err := a.subjects(ctx, r)
	if err != nil {
		return nil, err
	}
	lists := make([]access.List, len(body.Value))
	for i, l := range body.Value {
		lists[i] = access.List{Token: l.Token, Inherits: l.InheritPermissions}
		for descriptor, e := range l.AcesDictionary {
			e.Descriptor = descriptor
			entries, _, err := all.entries([]entryBody{e})
			if err != nil {
				return nil, err
			}
			lists[i].Entries = append(lists[i].Entries, entries...)
		}
	}
	return reply{status: http.StatusNoContent}, a.config.Access.SetLists(ctx, r.caller, n, lists)
}

func (a *API) removeAccess(ctx context.Context, r *request) (any, error) {
	n, err := r.namespace()
	if err != nil {
		return nil, err
	}
	recurse, err := r.query.flag("recurse")
	if err != nil {
		return nil, err
	}
	tokens := r.query.list("tokens")
	if len(tokens) == 0 {
		return nil, fault.InvalidArgument("Say which lists to remove, by the parameter tokens.")
	}
	return a.config.Access.RemoveLists(ctx, r.caller, n, tokens, recurse)
}

// showPermissions tells for each token whether the caller has permissions.
func (a *API) showPermissions(ctx context.Context, r *request) (any, error) {
	n, permissions, err := r.permissions()
	if err != nil {
		return nil, err
	}
	if err := r.query.own("explain", "descriptor"); err != nil {
		return nil, err
	}
	always, err := r.query.flag("alwaysAllowAdministrators")
	if err != nil {
		return nil, err
	}
	delimiter := r.query.text("delimiter")
	if delimiter == "" {
		delimiter = ","
	}
	tokens := strings.Split(r.query.text("tokens"), delimiter)
	if len(tokens) > maxTokens {
		return nil, fault.InvalidArgument("%d tokens are more than the %d one request may ask about.", len(tokens), maxTokens)
	}
	explain, err := r.query.flag("boardwalk.explain")
	if err != nil {
		return nil, err
	}
	if explain {
		return a.explainPermissions(ctx, r, n, permissions, tokens)
	}
	if r.query.text("boardwalk.descriptor") != "" {
		return nil, fault.InvalidArgument("The parameter boardwalk.descriptor says whose permissions are explained: add boardwalk.explain=true.")
	}
	shown := make([]bool, len(tokens))
	for i, token := range tokens {
		shown[i] = r.has(n, token, permissions, always)
	}
	return azdo.NewList(shown), nil
}

func (r *request) has(n *access.Namespace, token string, permissions int64, always bool) bool {
	return always && r.caller.User.Administrator || r.caller.Allowed(n.ID, token, permissions)
}

// permissions are those of the path, which are of its namespace.
func (r *request) permissions() (*access.Namespace, int64, error) {
	n, err := r.namespace()
	if err != nil {
		return nil, 0, err
	}
	permissions, err := strconv.ParseInt(r.params["permissions"], 10, 64)
	if err != nil || permissions <= 0 {
		return nil, 0, fault.InvalidArgument("The permissions %q are not a number above 0, which their bits make.", r.params["permissions"])
	}
	return n, permissions, nil
}

// removePermissions takes permissions from the entry of somebody, and answers with what is left of it.
func (a *API) removePermissions(ctx context.Context, r *request) (any, error) {
	n, permissions, err := r.permissions()
	if err != nil {
		return nil, err
	}
	all, err := a.subjects(ctx, r)
	if err != nil {
		return nil, err
	}
	s := all.find(r.query.text("descriptor"))
	if s == nil {
		return nil, fault.SubjectNotFound(r.query.text("descriptor"))
	}
	left, err := a.config.Access.RemovePermissions(ctx, r.caller, n, r.query.text("token"), s.subject(), permissions)
	if err != nil {
		return nil, err
	}
	return wireEntry(s, left), nil
}

func (a *API) evaluatePermissions(_ context.Context, r *request) (any, error) {
	var body azdo.PermissionEvaluationBatch
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if len(body.Evaluations) > maxTokens {
		return nil, fault.InvalidArgument("%d evaluations are more than the %d one request may ask for.", len(body.Evaluations), maxTokens)
	}
	for i := range body.Evaluations {
		e := &body.Evaluations[i]
		n, err := findNamespace(e.SecurityNamespaceID)
		if err != nil {
			return nil, err
		}
		e.Value = r.has(n, e.Token, e.Permissions, body.AlwaysAllowAdministrators)
	}
	return body, nil
}

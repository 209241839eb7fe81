package api

import (
	"context"
	"strconv"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/work"
)

func (d *renderer) reaction(r *request, comment string, id int64, kind work.Reaction) azdo.CommentReaction {
	return azdo.CommentReaction{Type: kind.Kind, Count: len(kind.Users), IsCurrentUserEngaged: kind.By(r.caller.User), CommentID: id,
		URL: comment + "/reactions/" + kind.Kind}
}

// listReactions lists how people reacted to a comment.
func (a *API) listReactions(ctx context.Context, r *request) (any, error) {
	all, err := a.commentVersions(ctx, r, false)
	if err != nil {
		return nil, err
	}
	comment, render := all[len(all)-1], r.renderer()
	shown := make([]azdo.CommentReaction, len(comment.Reactions))
	for i, kind := range comment.Reactions {
		shown[i] = render.reaction(r, render.commentURL(comment), comment.ID, kind)
	}
	return azdo.NewList(shown), nil
}

func (a *API) addReaction(ctx context.Context, r *request) (any, error) { return a.react(ctx, r, true) }

func (a *API) deleteReaction(ctx context.Context, r *request) (any, error) {
	return a.react(ctx, r, false)
}

// reactionKind is the reaction of the path, a word or its number.
func (r *request) reactionKind() string {
	kind := strings.ToLower(r.params["reactionType"])
	if n, err := strconv.Atoi(kind); err == nil && n >= 0 && n < len(work.ReactionKinds()) {
		return work.ReactionKinds()[n]
	}
	return kind
}

func (a *API) react(ctx context.Context, r *request, on bool) (any, error) {
	item, comment, err := r.discussing()
	if err != nil {
		return nil, err
	}
	after, err := a.config.Items.React(ctx, r.caller, r.target.project, item, comment, r.reactionKind(), on)
	if err != nil {
		return nil, err
	}
	all, err := a.commentVersions(ctx, r, true)
	if err != nil {
		return nil, err
	}
	render := r.renderer()
	return render.reaction(r, render.commentURL(all[0]), comment, after), nil
}

func (a *API) listEngagedUsers(ctx context.Context, r *request) (any, error) {
	all, err := a.commentVersions(ctx, r, false)
	if err != nil {
		return nil, err
	}
	render := r.renderer()
	people := []any{}
	for _, kind := range all[len(all)-1].Reactions {
		if kind.Kind == r.reactionKind() {
			for _, u := range kind.Users {
				people = append(people, render.person(u))
			}
		}
	}
	return azdo.NewList(people), nil
}

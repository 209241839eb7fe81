package api

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

const (
	svgType  = "image/svg+xml"
	xamlType = "image/xaml+xml"
)

// colorForm is six hex digits, behind two for opacity that old clients send.
var colorForm = regexp.MustCompile(`^(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})$`)

func (a *API) listIcons(_ context.Context, r *request) (any, error) {
	list := make([]azdo.WorkItemIcon, len(project.Icons()))
	for i, id := range project.Icons() {
		list[i] = azdo.WorkItemIcon{ID: id, URL: r.base + "/_apis/wit/workItemIcons/" + id}
	}
	return azdo.NewList(list), nil
}

// showIcon answers the address of an icon or, to clients that accept it, its picture.
func (a *API) showIcon(_ context.Context, r *request) (any, error) {
	icons := project.Icons()
	at := slices.IndexFunc(icons, func(id string) bool { return strings.EqualFold(id, r.params["icon"]) })
	if at < 0 {
		return nil, fault.IconNotFound(r.params["icon"])
	}
	color := "000000"
	if text := r.query.text("color"); text != "" {
		form := colorForm.FindStringSubmatch(text)
		if form == nil {
			return nil, fault.InvalidArgument("The value %q of the parameter color is not valid: write six hex digits such as 009ccc.", text)
		}
		color = strings.ToLower(form[1])
	}
	letter := strings.ToUpper(strings.TrimPrefix(icons[at], "icon_")[:1])
	switch accepted := r.http.Header.Get("Accept"); {
	case strings.Contains(accepted, svgType):
		return reply{status: http.StatusOK, media: svgType, value: svgPicture(letter, color)}, nil
	case strings.Contains(accepted, xamlType):
		return reply{status: http.StatusOK, media: xamlType, value: xamlPicture(letter, color)}, nil
	}
	return azdo.WorkItemIcon{ID: icons[at], URL: r.base + "/_apis/wit/workItemIcons/" + icons[at] + "?color=" + color + "&v=2"}, nil
}

// svgPicture draws an icon: a tile of the type's color with the letter its name begins with.
func svgPicture(letter, color string) []byte {
	return []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#` +
		color + `"/><text x="8" y="12" font-family="sans-serif" font-size="11" text-anchor="middle" fill="#ffffff">` + letter + `</text></svg>` + "\n")
}

// xamlPicture draws the same for Visual Studio.
func xamlPicture(letter, color string) []byte {
	return []byte(`<Border xmlns="http://schemas.microsoft.com/winfx/2006/xaml/presentation" Width="16" Height="16" CornerRadius="3" Background="#` +
		color + `"><TextBlock FontSize="11" Foreground="#ffffff" HorizontalAlignment="Center" VerticalAlignment="Center">` + letter + `</TextBlock></Border>` + "\n")
}

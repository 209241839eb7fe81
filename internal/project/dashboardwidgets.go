package project

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// Widget is a part of a dashboard. Its members have the names under which they are stored.
type Widget struct {
	GUID    uuid.UUID `json:"guid"`
	Version int64     `json:"version"` // grows with every change; clients know it as the eTag
	WidgetContent
}

// WidgetContent is what clients say of a widget. Members that nobody has written are nil.
type WidgetContent struct {
	Name                                *string          `json:"name,omitempty"`
	ContributionID                      *string          `json:"contributionId,omitempty"` // its type
	Position                            *WidgetPosition  `json:"position,omitempty"`
	Size                                *WidgetSize      `json:"size,omitempty"`
	Settings                            *string          `json:"settings,omitempty"` // which only the widget understands
	SettingsVersion                     *SemanticVersion `json:"settingsVersion,omitempty"`
	ArtifactID                          *string          `json:"artifactId,omitempty"`
	TypeID                              *string          `json:"typeId,omitempty"`
	ConfigurationContributionID         *string          `json:"configurationContributionId,omitempty"`
	ConfigurationContributionRelativeID *string          `json:"configurationContributionRelativeId,omitempty"`
	ContentURI                          *string          `json:"contentUri,omitempty"`
	LoadingImageURL                     *string          `json:"loadingImageUrl,omitempty"`
	IsEnabled                           *bool            `json:"isEnabled,omitempty"`
	IsNameConfigurable                  *bool            `json:"isNameConfigurable,omitempty"`
	AllowedSizes                        []WidgetSize     `json:"allowedSizes,omitempty"`
	LightboxOptions                     *LightboxOptions `json:"lightboxOptions,omitempty"`
}

// WidgetPosition is the upper left cell of a widget; 0 leaves the place to whoever shows the dashboard.
type WidgetPosition struct {
	Row    int `json:"row"`
	Column int `json:"column"`
}

// WidgetSize is how many cells a widget takes.
type WidgetSize struct {
	RowSpan    int `json:"rowSpan"`
	ColumnSpan int `json:"columnSpan"`
}

// SemanticVersion is the version of the form of a widget's settings.
type SemanticVersion struct {
	Major int `json:"major"`
	Minor int `json:"minor"`
	Patch int `json:"patch"`
}

// LightboxOptions is how a widget opens over the page.
type LightboxOptions struct {
	Height    int  `json:"height,omitempty"`
	Width     int  `json:"width,omitempty"`
	Resizable bool `json:"resizable"`
}

// WidgetDraft is what a request says of a widget.
type WidgetDraft struct {
	ID   string
	ETag string // that the change starts from; empty for whichever
	WidgetContent
}

const (
	maxWidgetText = 2048 // characters of a member other than the settings
	maxWidgetSpan = 100
)

// WidgetChange changes the widgets of a dashboard.
type WidgetChange func(*Dashboard) error

// AddWidget puts a new widget behind the others.
func AddWidget(draft WidgetDraft) WidgetChange {
	return func(d *Dashboard) error {
		w := Widget{GUID: uuid.New(), Version: 1, WidgetContent: draft.WidgetContent}
		d.Widgets = append(d.Widgets, w)
		return w.check()
	}
}

// ReplaceWidget makes a draft all that is said of a widget.
func ReplaceWidget(draft WidgetDraft) WidgetChange {
	return func(d *Dashboard) error {
		w, err := d.Widget(draft.ID)
		if err != nil {
			return err
		}
		return w.become(draft)
	}
}

// UpdateWidgets puts what drafts say on widgets; what they do not say stays.
func UpdateWidgets(drafts []WidgetDraft) WidgetChange {
	return func(d *Dashboard) error {
		for _, draft := range drafts {
			w, err := d.Widget(draft.ID)
			if err != nil {
				return err
			}
			said, err := json.Marshal(draft.WidgetContent)
			if err != nil {
				return err
			}
			if err := w.expect(draft.ETag); err != nil {
				return err
			}
			if err := json.Unmarshal(said, &w.WidgetContent); err != nil { // what was not said is left out
				return err
			}
			w.Version++
			if err := w.check(); err != nil {
				return err
			}
		}
		return nil
	}
}

// SetWidgets makes drafts all widgets there are: those that are there already are replaced, others are new.
func SetWidgets(drafts []WidgetDraft) WidgetChange {
	return func(d *Dashboard) error {
		next := make([]Widget, 0, len(drafts))
		for _, draft := range drafts {
			w := Widget{GUID: uuid.New(), WidgetContent: draft.WidgetContent}
			if draft.ID != "" {
				var err error
				if w.GUID, err = uuid.Parse(draft.ID); err != nil {
					return fault.WidgetNotFound(draft.ID)
				}
				if slices.ContainsFunc(next, func(other Widget) bool { return other.GUID == w.GUID }) {
					return fault.InvalidArgument("The widget %s is in the list twice.", w.GUID)
				}
			}
			if old, err := d.Widget(w.GUID.String()); err == nil {
				w = *old
			}
			if err := w.become(draft); err != nil {
				return err
			}
			next = append(next, w)
		}
		d.Widgets = next
		return nil
	}
}

// RemoveWidget takes a widget off.
func RemoveWidget(id string) WidgetChange {
	return func(d *Dashboard) error {
		w, err := d.Widget(id)
		if err != nil {
			return err
		}
		gone := w.GUID
		d.Widgets = slices.DeleteFunc(d.Widgets, func(w Widget) bool { return w.GUID == gone })
		return nil
	}
}

// Widget finds a widget of the dashboard, or returns the fault that there is none.
func (d *Dashboard) Widget(id string) (*Widget, error) {
	for i := range d.Widgets {
		if strings.EqualFold(d.Widgets[i].GUID.String(), id) {
			return &d.Widgets[i], nil
		}
	}
	return nil, fault.WidgetNotFound(id)
}

// become makes a draft all that is said of a widget.
func (w *Widget) become(draft WidgetDraft) error {
	if err := w.expect(draft.ETag); err != nil {
		return err
	}
	w.Version, w.WidgetContent = w.Version+1, draft.WidgetContent
	return w.check()
}

// expect refuses a change that starts from another version than the present one. A new widget, which has the version 0, expects
// nothing.
func (w *Widget) expect(eTag string) error {
	if eTag != "" && w.Version != 0 && eTag != strconv.FormatInt(w.Version, 10) {
		return fault.WidgetStale(w.GUID.String(), w.Version, eTag)
	}
	return nil
}

// check says what a widget cannot have.
func (w *Widget) check() error {
	if w.ContributionID == nil || strings.TrimSpace(*w.ContributionID) == "" {
		return fault.InvalidArgument("A widget has a contributionId, which says of which type it is.")
	}
	for _, text := range []*string{w.Name, w.ContributionID, w.ArtifactID, w.TypeID, w.ConfigurationContributionID, w.ConfigurationContributionRelativeID, w.ContentURI, w.LoadingImageURL} {
		if text != nil && (utf8.RuneCountInString(*text) > maxWidgetText || strings.ContainsRune(*text, 0)) {
			return fault.InvalidArgument("The members of a widget have %d characters at most, other than its settings.", maxWidgetText)
		}
	}
	if w.Settings != nil && (len(*w.Settings) > maxWidgetSettings || strings.ContainsRune(*w.Settings, 0)) {
		return fault.InvalidArgument("The settings of a widget have %d bytes at most.", maxWidgetSettings)
	}
	if p := w.Position; p != nil && (min(p.Row, p.Column) < 0 || max(p.Row, p.Column) > maxPosition) {
		return fault.InvalidArgument("The position of a widget is a row and a column from 0 to %d.", maxPosition)
	}
	sizes := w.AllowedSizes
	if w.Size != nil {
		sizes = append([]WidgetSize{*w.Size}, sizes...)
	}
	for _, s := range sizes {
		if min(s.RowSpan, s.ColumnSpan) < 1 || max(s.RowSpan, s.ColumnSpan) > maxWidgetSpan {
			return fault.InvalidArgument("A widget takes 1 to %d rows and columns.", maxWidgetSpan)
		}
	}
	return nil
}

// Package sample fills an empty store with data to look at: two sample organizations that are the same everywhere, and
// generated organizations of any size. It hides the tables of the sample, the vocabulary, and how a believable history of
// a work item is made up; it must not know HTTP, queries or how anything is stored.
//
// Start reading at Load and Generate. organization.go says what an organization is made of and build.go stores it; life.go
// writes the history of a work item by walking the transitions of its type, author.go decides which items there are. The
// sample itself is in tables: fabrikam.go, fabrikamfiber.go, fabrikamitems.go and youngbinhan.go.
package sample

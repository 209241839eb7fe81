// Package azdo holds the wire types of the Azure DevOps REST API, as they travel in requests and answers.
//
// It hides the spellings and oddities of the JSON: dates without trailing zeros, members whose order matters to people
// reading them, numbers that are always written with a fraction. It must not know servers, stores or who is asking, so
// it works against this server and against the hosted service alike.
//
// Start reading at workitem.go; every list travels in [List], every error in [Error].
package azdo

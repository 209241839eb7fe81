// Package compat drives the built program with other people's clients, as their users do. It hides how clients are
// installed and servers started; it must not know anything of ours but the binary and its documented flags. One folder
// per client holds what that client runs. Start reading at start, then at the test of a client, such as curl_test.go.
package compat

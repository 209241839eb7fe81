package server

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"boardwalk/internal/db/dbtest"
)

// openPatch sends a PATCH without its body and returns once the server waits for it.
func openPatch(t *testing.T, s *Server, body string) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", s.main.net.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_, err = fmt.Fprintf(conn, "PATCH /fabrikam/_apis/wit/workItems/480?api-version=7.1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"+
		"Content-Type: application/json-patch+json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", adminToken(), len(body))
	if err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(conn)
	line, err := r.ReadString('\n')
	if err != nil || line != "HTTP/1.1 100 Continue\r\n" {
		t.Fatalf("%q %v", line, err)
	}
	if _, err := r.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return conn, r
}

func TestStop_FinishesRequests(t *testing.T) {
	c := testConfig(t, dbtest.New(t, "sqlite"))
	s, _ := start(t, c)
	before := decode[workItem](t, get(t, s.URL()+"/fabrikam/_apis/wit/workItems/480", 200))
	body := retitle(before.Rev, "changed while stopping")
	conn, r := openPatch(t, s.Server, body)

	stopped := make(chan error, 1)
	go func() { stopped <- s.Stop() }()
	eventually(t, "new connections are refused", func() bool {
		other, err := net.Dial("tcp", s.main.net.Addr().String())
		if err == nil {
			other.Close()
		}
		return err != nil
	})
	select {
	case err := <-stopped:
		t.Fatalf("it stopped (%v) with a request unanswered", err)
	default:
	}
	if _, err := io.WriteString(conn, body); err != nil {
		t.Fatal(err)
	}
	got, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	if got.StatusCode != http.StatusOK {
		t.Errorf("status %d", got.StatusCode)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}

	again, _ := start(t, c)
	after := decode[workItem](t, get(t, again.URL()+"/fabrikam/_apis/wit/workItems/480", 200))
	if after.Rev != before.Rev+1 || after.title() != "changed while stopping" {
		t.Errorf("after the restart it is revision %d, %q", after.Rev, after.title())
	}
}

func TestStop_BreaksSlowRequests(t *testing.T) {
	c := testConfig(t, dbtest.New(t, "sqlite"))
	c.Shutdown = 50 * time.Millisecond
	s, stop := start(t, c)
	_, r := openPatch(t, s.Server, "[]")
	stop()
	if got, err := http.ReadResponse(r, nil); err == nil {
		t.Errorf("an answer to half a request: %d", got.StatusCode)
		got.Body.Close()
	}
}

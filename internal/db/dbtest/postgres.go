package dbtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"

	"boardwalk/internal/db"
)

// postgres returns the server of this test process, started at first use.
var postgres = sync.OnceValues(func() (*server, error) {
	if url := os.Getenv("BOARDWALK_TEST_POSTGRES"); url != "" {
		return &server{url: url}, nil
	}
	return startPostgres()
})

type server struct {
	url string
	// alive is the input of the shell around a private server. It is never written nor closed: the shell stops the
	// server when this process ends, however it ends.
	alive io.Closer
}

// startPostgres starts a private server in a temporary folder under an unprivileged user. A shell outlives this process
// by a moment: when its standard input ends it stops the server and removes the folder.
func startPostgres() (*server, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil || len(found) == 0 {
		return nil, errors.New("no binaries under /usr/lib/postgresql (Debian: apt-get install postgresql) and BOARDWALK_TEST_POSTGRES is not set")
	}
	bin := filepath.Dir(found[len(found)-1])
	dir, err := os.MkdirTemp("", "boardwalk-postgres-")
	if err != nil {
		return nil, err
	}
	attr, err := unprivileged(dir)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "boardwalk", "-A", "trust", "-E", "UTF8",
		"--locale=C.UTF-8", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = attr, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	script := `"$@" >"$DIR/log" 2>&1 & pid=$!; read -r _; kill -QUIT $pid; wait $pid; rm -rf "$DIR"`
	shell := exec.Command("/bin/sh", "-c", script, "sh", filepath.Join(bin, "postgres"), "-D", data, "-k", dir,
		"-h", "127.0.0.1", "-p", strconv.Itoa(port), "-c", "fsync=off", "-c", "max_connections=300",
		"-c", "shared_buffers=256MB", "-c", "jit=off")
	shell.SysProcAttr, shell.Dir = attr, dir
	shell.Env = append(os.Environ(), "DIR="+dir)
	alive, err := shell.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := shell.Start(); err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	url := fmt.Sprintf("postgres://boardwalk@127.0.0.1:%d/postgres?sslmode=disable", port)
	for deadline := time.Now().Add(30 * time.Second); ; {
		if err = db.Ping(context.Background(), url); err == nil {
			return &server{url, alive}, nil
		}
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			return nil, fmt.Errorf("PostgreSQL did not start: %w\n%s", err, log)
		}
		time.Sleep(20 * time.Millisecond) // waiting for another process
	}
}

// unprivileged makes dir usable by, and returns the attributes to run as, a user the server accepts: not root.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		if err := os.Chown(dir, int(uid), int(gid)); err != nil {
			return nil, err
		}
		return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return nil, errors.New("neither user postgres nor nobody exists to run the server as")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

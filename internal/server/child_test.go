package server

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Tests that need a server in a process of its own run this test binary again: TestMain then serves. mountVariable names
// a directory and what is mounted there, seen by that process alone.
const (
	childVariable = "BOARDWALK_TEST_CHILD"
	mountVariable = "BOARDWALK_TEST_MOUNT"
)

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) == "" {
		os.Exit(m.Run())
	}
	if err := serveAsChild(); err != nil {
		_, _ = os.Stderr.WriteString("boardwalk: " + err.Error() + "\n")
		os.Exit(1)
	}
}

func serveAsChild() error {
	if dir, what, ok := strings.Cut(os.Getenv(mountVariable), ":"); ok {
		if err := mount(dir, what); err != nil {
			return err
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	c, err := ParseServe(os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	if err != nil {
		return err
	}
	return Run(ctx, c, Streams{Out: os.Stdout, Log: os.Stderr})
}

// mount makes dir read-only, or puts a file system of a size there.
func mount(dir, what string) error {
	if what != "read-only" {
		return syscall.Mount("tmpfs", dir, "tmpfs", 0, what)
	}
	if err := syscall.Mount(dir, dir, "", syscall.MS_BIND, ""); err != nil {
		return err
	}
	return syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_BIND|syscall.MS_RDONLY, "")
}

// child is a server in another process.
type child struct {
	command *exec.Cmd
	url     string           // "" when it ended before it was ready
	log     *strings.Builder // to be read after the end
	ended   chan struct{}    // closed when the process has ended
	err     error            // how; to be read after the end
}

// startChild starts a server and waits until it is ready or has ended. It is killed when the test ends.
func startChild(t testing.TB, env []string, args ...string) *child {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &child{command: exec.Command(self, args...), log: &strings.Builder{}, ended: make(chan struct{})}
	c.command.Env = append(append(os.Environ(), childVariable+"=1"), env...)
	c.command.Stderr = c.log
	c.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	for _, e := range env {
		if strings.HasPrefix(e, mountVariable) {
			isolate(c.command.SysProcAttr)
		}
	}
	out, err := c.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.command.Start(); err != nil {
		if c.command.SysProcAttr.Unshareflags != 0 {
			t.Skipf("mounts are not permitted here: %v", err)
		}
		t.Fatal(err)
	}
	ready := make(chan string, 1)
	go func() {
		defer close(c.ended)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if url, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "Start page"); ok {
				ready <- strings.TrimSuffix(strings.TrimSpace(url), "/")
			}
		}
		c.err = c.command.Wait()
	}()
	t.Cleanup(c.kill)
	select {
	case c.url = <-ready:
	case <-c.ended:
	case <-time.After(time.Minute):
		c.kill()
		t.Fatalf("the server did not become ready:\n%s", c.log)
	}
	return c
}

// isolate gives a process mounts of its own. Without the rights of root that takes a user of its own, too.
func isolate(attr *syscall.SysProcAttr) {
	attr.Unshareflags = syscall.CLONE_NEWNS
	if uid := os.Geteuid(); uid != 0 {
		attr.Cloneflags = syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	}
}

// kill ends the process without a chance to clean up.
func (c *child) kill() {
	_ = c.command.Process.Kill() // it may have ended
	<-c.ended
}

// terminate asks the process to stop and returns how it ended.
func (c *child) terminate(t *testing.T) error {
	t.Helper()
	if err := c.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-c.ended
	return c.err
}

// inside is the path of a file as that process sees it.
func (c *child) inside(path string) string {
	return filepath.Join("/proc", itoa(c.command.Process.Pid), "root", path)
}

# What contributors and CI run. "make help" lists the targets.

GO ?= go
TESTFLAGS ?= -timeout 30m
SOAK ?= 10m
SEED ?=
FUZZTIME ?= 60s
DATA ?= data
LISTEN ?= 127.0.0.1:8080
CACHE := $(CURDIR)/.cache
GOLANGCI_LINT_VERSION := v2.15.0
GOLANGCI_LINT := $(CACHE)/bin/golangci-lint-$(GOLANGCI_LINT_VERSION)

.DEFAULT_GOAL := help
.PHONY: help run build test check compat bench soak fuzz tools

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build, then serve the sample organizations on http://127.0.0.1:8080 (LISTEN=…, DATA=…)
	@exec bin/boardwalk serve --sample --data $(DATA) --listen $(LISTEN)

build: tools ## build bin/boardwalk
	@echo "Building bin/boardwalk; the first time this takes a minute or two."
	@mkdir -p bin
	@$(GO) build -trimpath -o bin/boardwalk ./cmd/boardwalk

test: tools ## run all tests; PostgreSQL is tested when it is installed or BOARDWALK_TEST_POSTGRES names a server
	$(GO) test $(TESTFLAGS) ./...

check: tools $(GOLANGCI_LINT) ## formatting, vet, linters and go.mod
	@unformatted=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')); \
		if [ -n "$$unformatted" ]; then echo "not formatted, run gofmt -w on:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) vet -tags compat ./compat/...
	$(GOLANGCI_LINT) run
	$(GO) mod tidy -diff

compat: tools ## run other people's clients against the binary
	$(GO) test -count=1 -tags compat $(TESTFLAGS) ./compat/...

soak: tools ## compare generated queries with an independent evaluation for longer (SOAK=10m for each kind and database, SEED=…)
	BOARDWALK_SOAK=$(SOAK) BOARDWALK_SEED=$(or $(SEED),$(shell date +%s)) $(GO) test -count=1 -timeout 0 -v \
		-run 'TestOracle/.*/(generated|extended|limited_reader|interference|mutation)$$' ./internal/analytics/oracle | grep -v '^ *\(=== \|--- PASS\)'

fuzz: tools ## send whole requests that nobody wrote to Analytics (FUZZTIME=60s)
	$(GO) test -run '^$$' -fuzz FuzzRequest -fuzztime $(FUZZTIME) ./internal/analytics

bench: tools ## measure speed and memory
	$(GO) test -p 1 -timeout 2h -run '^$$' -bench . ./...

tools:
	@command -v $(GO) >/dev/null || { \
		echo "Go is not installed. Get version 1.26 or newer from https://go.dev/dl/"; exit 1; }
	@version=$$($(GO) env GOVERSION | sed 's/^go//'); \
		if [ "$$(printf '1.26\n%s\n' "$$version" | sort -V | head -n 1)" != 1.26 ]; then \
		echo "Go $$version is too old. Get version 1.26 or newer from https://go.dev/dl/"; exit 1; fi
	@for tool in "$$($(GO) env CC)" "$$($(GO) env CXX)"; do \
		command -v $${tool%% *} >/dev/null || { \
		echo "$$tool is missing: SQLite and DuckDB need a C and a C++ compiler."; \
		echo "Debian and Ubuntu: apt-get install build-essential. Fedora: dnf install gcc-c++. macOS: xcode-select --install."; exit 1; }; done
	@if [ "$$($(GO) env CGO_ENABLED)" != 1 ]; then echo "CGO_ENABLED is 0, but SQLite and DuckDB need it: export CGO_ENABLED=1"; exit 1; fi

$(GOLANGCI_LINT):
	@mkdir -p $(CACHE)/bin/tmp
	GOBIN=$(CACHE)/bin/tmp $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	@mv $(CACHE)/bin/tmp/golangci-lint $@ && rmdir $(CACHE)/bin/tmp

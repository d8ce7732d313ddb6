# Everything a person or a machine does with this repository. `make` alone lists it.

SHELL := /bin/bash
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
DESTDIR ?=
TO = $(DESTDIR)$(PREFIX)
PYTHON ?= $(if $(wildcard .venv/bin/python),.venv/bin/python,python3)

# What the build needs, by Debian package: system libraries, and the tools that find and feed them.
PACKAGES := make pkg-config zstd libsqlite3-dev libzstd-dev libpcre2-dev libisal-dev libmaxminddb-dev

SWIFT_PATHS := Sources Tests Package.swift $(wildcard Benchmarks/Package.swift Benchmarks/Sources)
BINARY = $(shell swift build -c release --show-bin-path)/grantaudit

.PHONY: help deps build demo test check-python lint bench install install-built clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Install the system packages that are missing (Debian, Ubuntu)
	@missing=(); \
	for package in $(PACKAGES); do \
	    dpkg-query -W -f '$${Status}' "$$package" 2>/dev/null | grep -q '^install ok installed$$' \
	        || missing+=("$$package"); \
	done; \
	if [ "$${#missing[@]}" -eq 0 ]; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then \
	    echo "deps: install these packages, or what your system calls them: $${missing[*]}" >&2; exit 1; \
	fi; \
	echo "deps: installing $${missing[*]}"; \
	as_root=(); if [ "$$(id -u)" -ne 0 ]; then as_root=(sudo); fi; \
	"$${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq && \
	"$${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$${missing[@]}"

build: ## Build the program
	swift build -c release --product grantaudit

demo: deps build ## Audit the samples into a fresh database and show what was found
	@folder="$$(mktemp -d)"; trap 'rm -rf "$$folder"' EXIT; \
	"$(BINARY)" audit --rules Rules --database "$$folder/demo.sqlite" Samples/*/logs

test: deps ## Build and run all tests
	swift build --build-tests
	swift test --skip-build
	@$(MAKE) --no-print-directory check-python

# Checks that need Python stand in Tests/Checks; each is a program that fails when the check fails.
check-python:
	@for check in $(wildcard Tests/Checks/*.py); do echo "$$check"; $(PYTHON) "$$check" || exit 1; done

lint: ## Check the formatting of all Swift files
	swift format lint --strict --recursive $(SWIFT_PATHS)

bench: deps ## Measure speed and memory, and compare with other tools
	Benchmarks/bench.sh

install: build ## Install program, rules, manual, completions and units below PREFIX (/usr/local), staged in DESTDIR
	@$(MAKE) --no-print-directory install-built BINARY="$(BINARY)"

# Without building: BINARY may be any build of the program. Manual and completions are what it says of itself.
install-built:
	install -d $(addprefix "$(TO)/,$(addsuffix ",bin share/grantaudit share/man/man1 share/doc/grantaudit \
	    share/bash-completion/completions share/zsh/site-functions share/fish/vendor_completions.d \
	    lib/systemd/system lib/sysusers.d))
	install -m 755 "$(BINARY)" "$(TO)/bin/grantaudit"
	rm -rf "$(TO)/share/grantaudit/Rules"
	cp -R Rules "$(TO)/share/grantaudit/Rules"
	"$(BINARY)" manual > "$(TO)/share/man/man1/grantaudit.1"
	"$(BINARY)" --generate-completion-script bash > "$(TO)/share/bash-completion/completions/grantaudit"
	"$(BINARY)" --generate-completion-script zsh > "$(TO)/share/zsh/site-functions/_grantaudit"
	"$(BINARY)" --generate-completion-script fish > "$(TO)/share/fish/vendor_completions.d/grantaudit.fish"
	install -m 644 Packaging/grantaudit.service Packaging/grantaudit.timer "$(TO)/lib/systemd/system"
	install -m 644 Packaging/grantaudit.sysusers "$(TO)/lib/sysusers.d/grantaudit.conf"
	install -m 644 Packaging/grantaudit.cron Documentation/night-after-night.md "$(TO)/share/doc/grantaudit"

clean: ## Remove everything that was built
	swift package clean
	rm -rf .build

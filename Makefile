# Missed Call Recovery. `make demo` and `make test` install what is missing and need nothing else.

SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: help deps deps-build deps-test build handlers batch standin test demo bench format lint install dist deb clean soak fuzz lambda hot-functions

STATIC   := .build-static
BATCH    := .build-batch
# The handlers' frontend flags: types are named directly instead of looked up by name at run time (a tenth of a
# handler's instructions); no regular expressions (1.3 MB); each function a section, so that unused ones go; small
# before fast (0.2 MB, and no slower: what costs is SQLite and the start).
# The linker's: unused sections go, equal functions become one, and what every request runs lies together (`make
# hot-functions` writes that list anew; a name that is no more is passed over). The unwind tables (1.1 MB) are nobody's either: a trap in
# Swift ends the process without unwinding, and no C++ exception is thrown; the index goes here, the tables below.
frontend = -Xswiftc -Xfrontend -Xswiftc $(1)
STATIC_FLAGS = -c release --scratch-path $(STATIC) -Xswiftc -static-executable -Xswiftc -Osize \
  -Xcc -DOPSFABRIC_STATIC_START \
  $(call frontend,-disable-concrete-type-metadata-mangled-name-accessors) \
  $(call frontend,-disable-implicit-string-processing-module-import) $(call frontend,-function-sections) \
  -Xlinker --gc-sections -Xlinker --icf=safe -Xlinker --no-eh-frame-hdr \
  -Xlinker --section-ordering-file=$(CURDIR)/Sources/Handlers/hot-functions.txt $(STRIP)
STRIP     = -Xlinker -s
# libFuzzer comes with the toolchain, as a library whose main would be in the way. Swift has no sanitizer of undefined
# behaviour on Linux and needs none (its own checks trap); our few lines of C get it, as traps.
FUZZ         := .build-fuzz
FUZZ_SECONDS ?= 300
FUZZER        = $(firstword $(wildcard $(dir $(shell readlink -f "$$(command -v swiftc)"))../lib/clang/*/lib/*/libclang_rt.fuzzer_no_main*.a))
FUZZ_FLAGS    = -c release --scratch-path $(FUZZ) --sanitize address \
  -Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined \
  -Xswiftc -sanitize-coverage=edge,inline-8bit-counters,pc-table,trace-cmp -Xlinker --whole-archive \
  -Xlinker $(FUZZER) -Xlinker --no-whole-archive -Xlinker -export-dynamic -Xlinker -lstdc++
# Linked with what Tests/portable-libraries.sh makes: the programs then run on RHEL 9 and Amazon Linux 2023 too.
PORTABLE     := $(CURDIR)/$(BATCH)/lib
BATCH_FLAGS  := -c release --scratch-path $(BATCH) --static-swift-stdlib -Xlinker --gc-sections -Xlinker -s \
  -Xlinker $(PORTABLE)/hypotf.o
build_batch   = Tests/portable-libraries.sh "$(PORTABLE)" && PKG_CONFIG_PATH="$(PORTABLE)" swift build $(BATCH_FLAGS)

help:
	@echo "make demo     one business's day on this machine: real web server, shipped programs, Twilio stand-in"
	@echo "              make demo OPEN=1 leaves desk, form and operator's page to click on, until Enter"
	@echo "make test     all tests, the shipped static programs included"
	@echo "make soak     the fault tests for SOAK_MINUTES=10 minutes: programs killed at every step, power cut at every sync"
	@echo "make fuzz     all readers of foreign bytes under libFuzzer, FUZZ_SECONDS=300 in all"
	@echo "make build    the shipped programs: cgi-bin/ (handlers, fully static) and bin/opsfabric"
	@echo "make install HOME_DIR=/home/me/opsfabric CGI_BIN=/home/me/www/cgi-bin"
	@echo "make dist    the release archive, for hosts without a compiler: dist/"
	@echo "make deb     the Debian package, with dpkg's own tools: dist/"
	@echo "make lambda HOME_DIR=/home/me/opsfabric   dist/lambda.zip: all handlers and the settings for AWS Lambda"
	@echo "make bench    speed, memory and size, as ratios against C, PHP and Python; CALLS=10000000 for the large database"
	@echo "make format   swift format"

# What is missing is installed: the system's libraries for the build, servers and judges for the tests.
deps-build:
	@Tests/install-missing.sh pkg-config:pkg-config objcopy:binutils sqlite3.h:libsqlite3-dev curl/curl.h:libcurl4-openssl-dev
deps-test: deps-build
	@Tests/install-missing.sh lighttpd:lighttpd apache2:apache2-bin /usr/lib/apache2/suexec:apache2-suexec-pristine \
	  nginx:nginx-light fcgiwrap:fcgiwrap exim4:exim4-daemon-light chromium:chromium fonts/truetype/dejavu:fonts-dejavu-core \
	  python3:python3 sqlite3:sqlite3 soffice:libreoffice-calc zdump:libc-bin zic:libc-bin \
	  zoneinfo/Europe/Zurich:tzdata zip:zip unzip:unzip mandoc:mandoc zsh:zsh promtool:prometheus python3-twilio:twilio python3-standardwebhooks:standardwebhooks python3-phonenumbers:phonenumbers python3-PIL:pillow python3-prometheus_client:prometheus-client python3-icalendar:icalendar python3-vobject:vobject "python3-axe_playwright_python:--no-deps axe-playwright-python" python3-pillow_heif:pillow-heif \
	  "python3-moto.server:moto[server]>=5,<6"
	@# suexec of a web server whose package is not whole: it runs nothing without its log.
	@[ "$$(id -u)" != 0 ] || mkdir -p /var/log/apache2
deps: deps-build deps-test

build: deps-build handlers batch

# One program, which knows its names: each is a hard link.
handlers: deps-build
	@set -o pipefail; swift build $(STATIC_FLAGS) --product handler 2>&1 | \
	  { grep -vE '^(\[|Building|Build of)|statically linked applications|warning: .*(dlopen|getpwnam|mktemp)' || true; }
	@objcopy --remove-section .eh_frame $(STATIC)/release/handler $(STATIC)/bare
	@dd if=$(STATIC)/bare of=cgi-bin/.handler.new bs=64M status=none && chmod 755 cgi-bin/.handler.new
	@names=$$($(STATIC)/release/handler --names) && for name in $$names; do \
	  ln -f cgi-bin/.handler.new cgi-bin/.$$name.new && mv -f cgi-bin/.$$name.new cgi-bin/$$name || exit 1; \
	done; \
	rm cgi-bin/.handler.new; echo "built cgi-bin/: "$$names

# Both use the host's libcurl.
batch: deps-build
	@mkdir -p bin
	@for name in opsfabric bootstrap; do \
	  $(build_batch) --product $$name || exit 1; \
	  Tests/check-portable.sh $(BATCH)/release/$$name || exit 1; \
	  install -m 755 $(BATCH)/release/$$name bin/.$$name.new && mv -f bin/.$$name.new bin/$$name || exit 1; \
	done

# In the archive too, for its demo.
standin: deps-build
	@$(build_batch) --product twilio-standin
	@Tests/check-portable.sh $(BATCH)/release/twilio-standin

# The end-to-end tests mostly wait, for servers, browsers and the clock; so they run beside the others, and what they say
# comes after them.
TESTS       = .build/debug/MissedCallRecoveryPackageTests.xctest --testing-library swift-testing
SHIPPED     = CGI_BIN="$(CURDIR)/cgi-bin" OPSFABRIC="$(CURDIR)/bin/opsfabric" \
  STANDIN="$(CURDIR)/$(BATCH)/release/twilio-standin" BOOTSTRAP="$(CURDIR)/bin/bootstrap"
END_TO_END := ^EndToEndTests[.]

test: deps-test build standin
	swift build --build-tests --explicit-target-dependency-import-check error
	@$(SHIPPED) $(TESTS) --filter '$(END_TO_END)' >.build/end-to-end.log 2>&1 & shipped=$$!; \
	$(SHIPPED) $(TESTS) --skip '$(END_TO_END)'; others=$$?; \
	wait $$shipped; shipped=$$?; cat .build/end-to-end.log; exit $$((others | shipped))

# How long `make soak` plays, in minutes.
SOAK_MINUTES ?= 10

# The long versions: thousands of kills, which print what they counted (a failure names its seed); then many events
# through one function process, and many webhooks through functions, queue and killed runners.
soak: deps-test build standin
	swift build --build-tests
	$(SHIPPED) SOAK_MINUTES=$(SOAK_MINUTES) $(TESTS) --no-parallel \
	  --filter 'CrashTests|PowerLoss|DamageTests|LockedDatabaseTests|GapTests'
	$(SHIPPED) INVOCATIONS=10000 QUEUED_WEBHOOKS=5000 $(TESTS) --filter 'EndToEnd/(BootstrapTests|QueueTests)'

# Bounded by FUZZ_SECONDS, all targets together. What fails is kept in Tests/Corpus.
fuzz: deps-build
	@swift build $(FUZZ_FLAGS) --product fuzz 2>&1 | grep -vE '^\[|Cannot export local symbol'; exit $${PIPESTATUS[0]}
	@Tests/Fuzz/fuzz.sh "$(CURDIR)/$(FUZZ)/release/fuzz" $(FUZZ_SECONDS) "$(CURDIR)/Tests/Corpus"

demo: deps-test build standin
	@$(SHIPPED) Tests/Demo/demo.sh $(if $(OPEN),--open)

bench: deps-test build standin
	@Tests/install-missing.sh gcc:gcc php-cgi:php-cgi '/usr/lib/php/*/sqlite3.so:php-sqlite3'
	@Tests/Bench/bench.sh "$(CURDIR)/cgi-bin" "$(CURDIR)/bin/opsfabric" "$(CURDIR)/$(BATCH)/release/twilio-standin" .build/bench

hot-functions: deps-build batch
	@Tests/install-missing.sh gcc:gcc valgrind:valgrind php-cgi:php-cgi
	@swift build $(STATIC_FLAGS) --product handler >/dev/null && mkdir -p $(STATIC)/named
	@for name in anfrage call-status; do \
	  objcopy --strip-debug $(STATIC)/release/handler $(STATIC)/named/$$name || exit 1; \
	done
	@ONLY=hot_functions Tests/Bench/bench.sh $(STATIC)/named "$(CURDIR)/bin/opsfabric" "" .build/bench \
	  Sources/Handlers/hot-functions.txt

hot-functions: STRIP :=

format:
	swift format --in-place --recursive --parallel Package.swift Sources Tests

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

# Programs where the web server runs them, and a home outside of the web root.
install: build
	@test -n "$(HOME_DIR)" -a -n "$(CGI_BIN)" || { echo "make install HOME_DIR=/home/me/opsfabric CGI_BIN=/home/me/www/cgi-bin"; exit 2; }
	@./install.sh "$(HOME_DIR)" "$(CGI_BIN)"

# The release archive, for hosts without a compiler.
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
dist: build standin
	@Tests/install-missing.sh xz:xz-utils
	@$(SHIPPED) Tests/make-dist.sh "$(VERSION)" dist

# The version is the program's own (Sources/Batch/OpsFabric/Version.swift), unless DEB_VERSION says another.
deb: build
	@Tests/install-missing.sh dpkg-deb:dpkg
	@Tests/make-deb.sh dist $(DEB_VERSION)

# One package for all functions: the handler is chosen by each function's configuration.
lambda: batch
	@test -n "$(HOME_DIR)" || { echo "make lambda HOME_DIR=/home/me/opsfabric"; exit 2; }
	@Tests/install-missing.sh zip:zip zoneinfo/Europe/Zurich:tzdata
	@Tests/package-lambda.sh bin/bootstrap "$(HOME_DIR)" dist/lambda.zip

clean:
	rm -rf .build $(STATIC) $(BATCH) bin dist
	find cgi-bin -type f ! -name .htaccess -delete

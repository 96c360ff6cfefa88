# Respite's front door. Everything is built by Meson; this file installs what is missing and calls it.
#
#   make demo      build, and open the made-up demo clinic on 127.0.0.1:8080 until Ctrl-C
#   make plan-demo build, and print the plan of an example patient
#   make check     build and run every test (about half an hour on two cores)
#   make install   install program, library, headers and manual pages (PREFIX=/usr/local)
#   make bench     measure simulation, fits, diary, pump programmes and regimens
#   make load      the server under load: 50 people read, 10 write, backups meanwhile (wrk, nginx-light)
#   make screenshots  the pictures of every screen of the demo clinic, docs/manual/pictures/demo
#   make calibration  what a diary teaches, tested on synthetic patients: docs/calibration (about ten minutes)
#   make slow      the long tests: full calibration, 200 kills of the database
#   make fuzz      fuzz each parser for SECONDS=60
#   make attack    sqlmap, wapiti and slowhttptest against a throw-away server, MINUTES=3 each
#   make docs      regenerate docs/models and docs/evidence with the built program
#   make clean     remove the build folders

PREFIX  ?= /usr/local
SECONDS ?= 60
MINUTES ?= 3

# The staff web app is built with Node 18 or later: Debian's, unless there is one already.
NODE_PACKAGES = $(if $(shell command -v node 2>/dev/null),,nodejs) $(if $(shell command -v npm 2>/dev/null),,npm)

# Debian packages: what the program needs, and what the checks need besides.
BUILD_PACKAGES = gcc libc6-dev meson ninja-build pkgconf python3 libgsl-dev librandom123-dev libyaml-dev \
    libjansson-dev libcsv-dev libsqlite3-dev libsodium-dev libmicrohttpd-dev liboath-dev \
    libqrencode-dev tzdata $(NODE_PACKAGES)
CHECK_PACKAGES = $(BUILD_PACKAGES) chromium-headless-shell poppler-utils check clang clang-format libclang-rt-14-dev libomp-dev universal-ctags binutils python3-hl7
ATTACK_PACKAGES = $(BUILD_PACKAGES) slowhttptest sqlmap wapiti

LOAD_PACKAGES = wrk nginx-light

MAKEFLAGS += --no-print-directory
.PHONY: demo plan-demo check build install bench load screenshots calibration slow fuzz attack docs clean build-packages check-packages

demo: build
	@python3 tools/demo build

plan-demo: build
	@./build/src/app/cli/respite plan examples/patients/crps.yaml

check: check-packages
	@python3 tools/check_all

build: build-packages
	@tools/build build

install: build
	@meson configure build -Dprefix=$(PREFIX)
	@meson install -C build --quiet

bench: build
	@ninja -C build --quiet bench

load: build
	@tools/packages $(LOAD_PACKAGES)
	@python3 bench/load.py build/src/app/cli/respite

screenshots: check-packages build
	@mkdir -p docs/manual/pictures/demo
	@RESPITE_PICTURES=docs/manual/pictures node test/web/screens.mjs build/src/app/cli/respite

calibration: check-packages build
	@ninja -C build --quiet calibration

slow: check-packages build
	@meson test -C build --suite slow

fuzz: check-packages
	@tools/build build-sanitize
	@python3 tools/fuzz build-sanitize $(SECONDS)

attack: build
	@tools/packages $(ATTACK_PACKAGES)
	@tools/attack build/src/app/cli/respite $(MINUTES)

docs: build
	@ninja -C build --quiet docs

clean:
	rm -rf build build-clang build-sanitize

build-packages:
	@tools/packages $(BUILD_PACKAGES)

check-packages:
	@tools/packages $(CHECK_PACKAGES)

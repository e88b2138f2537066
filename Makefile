# make run: the demo in the foreground. make check: all tests. make quick: build, unit tests, one story.
# make faults: kills at one write, sync and send after another; each call goes on where the last one stopped.
# make fuzz: libFuzzer on what reads strangers' bytes, for FUZZ_S seconds each; what it finds lies in build-clang/fuzz.
# make attacks: tries to break each claim of docs/trust.md and prints its figure.
# make mutants: takes checks out of the product one at a time and looks whether a test notices.
# make bench: what work costs, each beside a reference of the same minute.
PORT ?= 8080
SIM_PORT ?= 8090
STATE ?= ./state
FUZZ_S ?= 120
FUZZED = statement passkey register http

export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD = 1

.PHONY: all run check quick faults attacks mutants bench fuzz format lint packages test-packages

all: build/build.ninja
	@ninja -C build

run: packages node_modules/.package-lock.json build/build.ninja
	@ninja -C build --quiet
	@exec build/divit run --state "$(STATE)" --port $(PORT) --sim-port $(SIM_PORT)

check: test-packages node_modules/.package-lock.json build-check/build.ninja build-clang/build.ninja
	@tests/postgresql.sh tools/run_tests check

quick: test-packages node_modules/.package-lock.json build-check/build.ninja
	@tests/postgresql.sh tools/run_tests quick

faults: test-packages node_modules/.package-lock.json build-clang/build.ninja
	@tools/run_faults

fuzz: test-packages build-clang/build.ninja
	@ninja -C build-clang --quiet $(FUZZED:%=tests/fuzz/%-fuzz)
	@for target in $(FUZZED); do \
		mkdir -p build-clang/fuzz/$$target && (cd build-clang/fuzz && ../tests/fuzz/$$target-fuzz \
		-max_total_time=$(FUZZ_S) -max_len=8192 -verbosity=0 -print_final_stats=1 \
		$$target ../../tests/fuzz/corpus/$$target) || exit 1; done

attacks: test-packages node_modules/.package-lock.json build-clang/build.ninja
	@tools/run_attacks

mutants: test-packages node_modules/.package-lock.json
	@tools/run_mutants

bench: test-packages node_modules/.package-lock.json build-clang/build.ninja
	@tools/run_bench

format: test-packages
	@git ls-files 'src/*.[ch]' 'tests/*.[ch]' | xargs clang-format-14 -i

lint: test-packages node_modules/.package-lock.json build-clang/build.ninja
	@tools/lint

# What debian/control names and this machine lacks.
packages:
	@tools/need_packages nocheck

test-packages:
	@tools/need_packages

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

build/build.ninja: | node_modules/.package-lock.json
	meson setup build -Dtests=false

build-check/build.ninja: | node_modules/.package-lock.json
	meson setup build-check --werror -Db_sanitize=address,undefined

build-clang/build.ninja: | node_modules/.package-lock.json
	CC=clang meson setup build-clang --werror

# The verbs of the project. Each sets up what it needs.
.PHONY: demo test lint format build setup benchmark simulation fuzz sanitize api-test

# One login code three times: accepted, taken over by the next vendor, stopped. Needs no account and no network.
demo: setup
	@swift build --product notify
	@Sources/Examples/Demo/demo.sh "$$(swift build --show-bin-path)/notify"

# Suites over sockets and processes, which need their share of the processor in real time. The first run leaves them out; the second is of
# those that wait for programs, the third of those that keep every core busy, the last of the one that kills programs which do. A new suite
# of a target is in the run of that target.
PROGRAMS = NotifyTests|HTTPTransportTests|CurlTransportTests|ExamplesTests
SERVERS = EndToEndTests|GatewayServerTests
KILLS = ServeKillTests

# Everything that is tested.
test: setup
	swift build --build-tests --explicit-target-dependency-import-check error
	swift test --skip-build --skip '$(PROGRAMS)|$(SERVERS)'
	swift test --skip-build --filter '$(PROGRAMS)' --skip '$(KILLS)'
	swift test --skip-build --filter '$(SERVERS)'
	swift test --skip-build --filter '$(KILLS)'

build: setup
	swift build

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

format:
	swift format --in-place --recursive --parallel Package.swift Sources Tests

benchmark: setup
	swift build -c release --product gateway-benchmark
	swift build -c release --product notify
	"$$(swift build -c release --show-bin-path)/gateway-benchmark" --compare --in-flight 16
	"$$(swift build -c release --show-bin-path)/gateway-benchmark" --compare --in-flight 64
	"$$(swift build -c release --show-bin-path)/gateway-benchmark" --compare --in-flight 256
	"$$(swift build -c release --show-bin-path)/gateway-benchmark" --no-io
	"$$(swift build -c release --show-bin-path)/gateway-benchmark" --hmac
	"$$(swift build -c release --show-bin-path)/gateway-benchmark" --outbox
	"$$(swift build -c release --show-bin-path)/gateway-benchmark" --serve
	"$$(swift build -c release --show-bin-path)/gateway-benchmark" --start-up --messages 1000000

# A million messages through vendors that misbehave; takes minutes.
simulation: setup
	swift build -c release --product gateway-simulation
	"$$(swift build -c release --show-bin-path)/gateway-simulation" --messages 1000000

# libFuzzer on everything that reads outside data, a minute each: `make fuzz SECONDS=600` for longer.
fuzz: setup
	.ci/fuzz $(SECONDS)

# The HTTP API against its own description, by schemathesis from PyPI: `make api-test EXAMPLES=1000` for more.
api-test: setup
	.ci/api-test $(EXAMPLES)

# The suites of what works with threads or with C, under the thread sanitizer and the address sanitizer; takes half an hour.
sanitize: setup
	.ci/sanitize thread
	.ci/sanitize address

setup:
	@.ci/setup

// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// A target of this package, under the name of its folder.
func target(_ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil) -> Target {
    .target(name: name, dependencies: dependencies, path: path, swiftSettings: settings)
}

func executable(_ name: String, _ dependencies: [Target.Dependency], path: String? = nil) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: path, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

func library(_ name: String) -> Product { .library(name: name, targets: [name]) }

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
/// What records logs, metrics and spans for a test to read.
let recorders: [Target.Dependency] = [
    .product(name: "InMemoryLogging", package: "swift-log"),
    .product(name: "MetricsTestKit", package: "swift-metrics"),
    .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
]
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let nio: [Target.Dependency] = ["NIOCore", "NIOPosix", "NIOHTTP1"].map { .product(name: $0, package: "swift-nio") }

/// Sources that several test targets share.
func support(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    target(name, dependencies, path: "Tests/\(name)")
}

let package = Package(
    name: "notification-gateway",
    products: [
        library("NotificationGateway"),
        library("GatewayConfiguration"),
        library("GatewayOutbox"),
        library("GatewayWebhooks"),
        library("GatewayServer"),
        library("DysmsEndpoint"),
        library("AliyunProvider"),
        library("FileProvider"),
        library("HTTPProviderSupport"),
        library("HTTPTransport"),
        library("CurlTransport"),
        library("MessageAuthentication"),
        library("ProviderConformance"),
        library("GatewayTestKit"),
        library("VendorSandbox"),
        .executable(name: "notify", targets: ["notify"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // The core.
        target("NotificationGateway", [logging, metrics, tracing]),

        // What HTTP providers stand on.
        target("HTTPTransport"),
        target("HTTPProviderSupport", ["NotificationGateway", "HTTPTransport"]),
        .systemLibrary(name: "CMessageDigest"),
        target("MessageAuthentication", ["CMessageDigest"]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        target("CurlTransport", ["HTTPTransport", "CCurl"]),

        // Providers.
        target(
            "AliyunProvider",
            ["NotificationGateway", "HTTPProviderSupport", "HTTPTransport", "MessageAuthentication"]),
        target("FileProvider", ["NotificationGateway", logging]),

        // Around the core.
        target("GatewayConfiguration", ["NotificationGateway", yams, logging]),
        target("GatewayOutbox", ["NotificationGateway", "HTTPProviderSupport", grdb, sqlite]),
        target(
            "GatewayWebhooks",
            [
                "NotificationGateway", "GatewayOutbox", "HTTPTransport", "HTTPProviderSupport", "MessageAuthentication",
                logging,
            ]),
        target(
            "GatewayServer",
            [
                "NotificationGateway", "GatewayOutbox", "MessageAuthentication", "HTTPProviderSupport", logging,
                coreMetrics, lifecycle, hummingbirdCore, nioSSL,
            ] + nio),
        target(
            "DysmsEndpoint", ["NotificationGateway", "GatewayOutbox", "HTTPProviderSupport", "MessageAuthentication"]),

        // A vendor to send to, and what people need who write providers.
        target("VendorSandbox", [crypto] + nio),
        target("ProviderConformance", ["NotificationGateway"]),
        target("GatewayTestKit", ["NotificationGateway", "HTTPTransport", "ProviderConformance"]),

        // Outside data of every kind, and what its readers promise: for FuzzingTests, and for libFuzzer (below).
        .target(
            name: "Fuzzing",
            dependencies: [
                "NotificationGateway", "GatewayConfiguration", "AliyunProvider", "FileProvider", "HTTPProviderSupport",
                "HTTPTransport", "DysmsEndpoint", "GatewayTestKit",
            ], exclude: ["Driver"], swiftSettings: settings),

        // Programs.
        executable(
            "notify",
            [
                "NotificationGateway", "GatewayConfiguration", "AliyunProvider", "FileProvider", "HTTPTransport",
                "CurlTransport", "GatewayOutbox", "GatewayServer", "GatewayWebhooks", "DysmsEndpoint", "VendorSandbox",
                argumentParser,
                lifecycle, unixSignals, logging, metrics,
            ]),

        .target(name: "CAllocationCounter", path: "Sources/Benchmarks/CAllocationCounter"),
        .target(name: "CBareLoop", dependencies: ["CCurl"], path: "Sources/Benchmarks/CBareLoop"),
        .target(name: "CLoadGenerator", path: "Sources/Benchmarks/CLoadGenerator"),
        .executableTarget(
            name: "gateway-benchmark",
            dependencies: [
                "NotificationGateway", "AliyunProvider", "CurlTransport", "HTTPProviderSupport", "HTTPTransport",
                "MessageAuthentication", "GatewayOutbox", "CAllocationCounter", "CBareLoop", "CLoadGenerator",
                sqlite,
            ], path: "Sources/Benchmarks", exclude: ["CAllocationCounter", "CBareLoop", "CLoadGenerator"],
            swiftSettings: settings),
        executable(
            "gateway-simulation", ["NotificationGateway", "GatewayTestKit", logging], path: "Sources/Simulation"),
        executable(
            "captcha-service",
            [
                "NotificationGateway", "GatewayConfiguration", "AliyunProvider", "FileProvider", "CurlTransport",
                hummingbird,
            ], path: "Sources/Examples/CaptchaService"),
        executable(
            "documentation-snippets",
            [
                "NotificationGateway", "GatewayConfiguration", "AliyunProvider", "FileProvider", "CurlTransport",
                "GatewayOutbox", "GatewayWebhooks", "HTTPTransport", crypto,
            ], path: "Sources/Examples/Snippets"),

        // Tests.
        support("VectorSupport"),
        .target(name: "CSpawn", path: "Tests/CSpawn"),
        support("ProcessSupport", ["CSpawn"]),
        support("LoopbackServer", ["ProcessSupport"]),
        executable(
            "FileProviderProcess", ["NotificationGateway", "FileProvider"], path: "Tests/FileProviderProcess"),
        tests(
            "NotificationGatewayTests",
            ["NotificationGateway", "GatewayTestKit", logging, metrics, tracing] + recorders),
        tests("HTTPTransportTests", ["HTTPTransport", "CurlTransport", "LoopbackServer"]),
        tests("CurlTransportTests", ["CurlTransport", "HTTPTransport", "LoopbackServer", "ProcessSupport"]),
        tests("MessageAuthenticationTests", ["MessageAuthentication", "VectorSupport", crypto]),
        tests(
            "FileProviderTests",
            [
                "NotificationGateway", "FileProvider", "FileProviderProcess", "ProcessSupport", "GatewayTestKit",
                logging,
            ]),
        executable(
            "OutboxProcess", ["NotificationGateway", "GatewayOutbox"], path: "Tests/OutboxProcess"),
        tests(
            "GatewayOutboxTests",
            ["NotificationGateway", "GatewayOutbox", "OutboxProcess", "GatewayTestKit", "ProcessSupport", grdb],
            exclude: ["Versions"]),
        tests(
            "GatewayWebhooksTests",
            [
                "GatewayWebhooks", "GatewayOutbox", "NotificationGateway", "HTTPTransport", "CurlTransport",
                "GatewayTestKit", "LoopbackServer", "ProcessSupport", "documentation-snippets", crypto, logging,
                metrics,
            ] + recorders),
        tests(
            "GatewayServerTests",
            [
                "NotificationGateway", "GatewayOutbox", "GatewayServer", "HTTPProviderSupport", "GatewayTestKit",
                "ProcessSupport", coreMetrics, lifecycle, logging,
            ]),
        tests(
            "DysmsEndpointTests",
            [
                "DysmsEndpoint", "NotificationGateway", "GatewayOutbox", "AliyunProvider", "HTTPProviderSupport",
                "HTTPTransport", "MessageAuthentication", "GatewayTestKit", "ProcessSupport", "VectorSupport",
            ]),
        tests("SimulationTests", ["gateway-simulation"]),
        tests("FuzzingTests", ["Fuzzing", "GatewayTestKit"]),
        tests("GatewayTestKitTests", ["NotificationGateway", "HTTPTransport", "GatewayTestKit"]),
        tests(
            "ProviderConformanceTests",
            [
                "NotificationGateway", "HTTPTransport", "AliyunProvider", "FileProvider", "GatewayTestKit",
                "ProviderConformance", "ProcessSupport", "notify", logging,
            ]),
        tests(
            "GatewayConfigurationTests",
            [
                "GatewayConfiguration", "NotificationGateway", "AliyunProvider", "FileProvider", "HTTPTransport",
                "GatewayTestKit", "ProcessSupport",
            ], exclude: ["Fixtures"]),
        tests(
            "ArchitectureTests",
            [
                "NotificationGateway", "GatewayConfiguration", "AliyunProvider", "FileProvider", "CurlTransport",
                "ProcessSupport",
            ]),
        tests(
            "HTTPProviderSupportTests",
            ["HTTPProviderSupport", "NotificationGateway", "HTTPTransport", "GatewayTestKit", "ProcessSupport"]),
        tests(
            "AliyunProviderTests",
            [
                "AliyunProvider", "HTTPProviderSupport", "MessageAuthentication", "HTTPTransport",
                "NotificationGateway", "GatewayTestKit", "ProcessSupport", "VectorSupport", "Fuzzing",
            ]),
        tests(
            "EndToEndTests",
            [
                "NotificationGateway", "GatewayConfiguration", "AliyunProvider", "FileProvider", "CurlTransport",
                "HTTPTransport", "HTTPProviderSupport", "VendorSandbox", "ProcessSupport", "LoopbackServer",
                "GatewayOutbox", "GatewayTestKit", "notify", logging, metrics, tracing,
            ] + recorders),
        tests(
            "ExamplesTests",
            [
                "captcha-service", "NotificationGateway", "GatewayTestKit", "ProcessSupport", "LoopbackServer",
                hummingbird,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ]),
        tests(
            "NotifyTests",
            [
                "notify", "NotificationGateway", "GatewayOutbox", "GatewayTestKit", "VendorSandbox", "LoopbackServer",
                "ProcessSupport",
            ]),
        // Builds Tests/Fixtures/ThirdPartyProvider, a package of its own.
        tests("ThirdPartyTests", ["ProcessSupport"]),
        tests("VendorSandboxTests", ["VendorSandbox", "VectorSupport"]),
    ]
)

// `make fuzz`: libFuzzer is linked by a flag that all programs of a build get, so that only a build of this one has it.
if Context.environment["FUZZING"] != nil {
    package.targets += [
        .systemLibrary(name: "CLibFuzzer", path: "Sources/Fuzzing/Driver/CLibFuzzer"),
        .executableTarget(
            name: "FuzzDriver", dependencies: ["Fuzzing", "CLibFuzzer"], path: "Sources/Fuzzing/Driver",
            exclude: ["CLibFuzzer"], swiftSettings: settings),
    ]
}

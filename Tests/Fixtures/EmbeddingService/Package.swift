// swift-tools-version: 6.2

import PackageDescription

let gateway = "../../.."

func product(_ name: String) -> Target.Dependency { .product(name: name, package: "notification-gateway") }

let package = Package(
    name: "embedding-service",
    dependencies: [.package(name: "notification-gateway", path: gateway)],
    targets: [
        .executableTarget(
            name: "EmbeddingService",
            dependencies: [
                product("NotificationGateway"), product("GatewayConfiguration"), product("AliyunProvider"),
                product("FileProvider"), product("CurlTransport"),
            ])
    ])

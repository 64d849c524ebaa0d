// swift-tools-version: 6.2

import PackageDescription

/// In a package of your own: `.package(url: "https://github.com/notification-gateway/notification-gateway", from: "0.1.0")`.
let gateway = "../../.."

func product(_ name: String) -> Target.Dependency { .product(name: name, package: "notification-gateway") }

let package = Package(
    name: "post-box-provider",
    products: [.library(name: "PostBoxProvider", targets: ["PostBoxProvider"])],
    dependencies: [.package(name: "notification-gateway", path: gateway)],
    targets: [
        .target(
            name: "PostBoxProvider",
            dependencies: [product("NotificationGateway"), product("HTTPTransport"), product("HTTPProviderSupport")]),
        .testTarget(
            name: "PostBoxProviderTests",
            dependencies: ["PostBoxProvider", product("ProviderConformance"), product("GatewayTestKit")]),
    ])

import Foundation
import GatewayOutbox
import GatewayServer
import GatewayTestKit
import HTTPProviderSupport
import Logging
import NotificationGateway
import ProcessSupport
import ServiceLifecycle

/// A server on a loopback port, over an outbox in memory and a gateway whose vendor is a recorder.
struct ServerFixture: Sendable {
    /// What a test may set.
    struct Setup: Sendable {
        var options = ServerOptions()
        var provider = RecordingProvider()
        var mounts: [MountedHandler] = []
        /// The keys in the book; none means that everything is open.
        var grants: [KeyRecord.Grant] = []
        /// Whether messages are sent, or stay in the queue.
        var sends = true
        var store: any OutboxStore = InMemoryOutboxStore()

        init() { options.port = 0 }
    }

    let port: Int
    let store: any OutboxStore
    let dispatcher: OutboxDispatcher
    let provider: RecordingProvider
    let metrics: PrometheusMetrics
    /// The texts of the keys, in the order of their grants.
    let keys: [String]
    let keyFile: KeyFile
    /// Asks the server to end.
    let end: @Sendable () async -> Void

    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs a server for the length of `body`, and sees that it ends in good order.
    static func run(
        _ setup: Setup = Setup(), _ body: @Sendable (ServerFixture) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let gateway = try gateway(setup.provider)
        let store = WatchedOutboxStore(setup.store)
        let dispatcher = OutboxDispatcher(store: store, gateway: OutboxGateway(gateway))
        let file = KeyFile(folder.file("keys.jsonl"))
        let keys = try setup.grants.map { try file.create($0).text.reveal() }
        let (ports, listening) = AsyncStream<Int>.makeStream()
        let metrics = PrometheusMetrics()
        let server = GatewayServer(
            gateway: ServedGateway(gateway), outbox: ServedOutbox(store: store, dispatcher: dispatcher),
            keys: try KeyBook(path: keys.isEmpty ? nil : file.path, logger: logger), metrics: metrics,
            options: setup.options,
            mounts: setup.mounts, logger: logger, onListening: { listening.yield($0) })
        let group = ServiceGroup(services: [server], logger: logger)
        let running = Task {
            defer { listening.finish() }
            try await group.run()
        }
        if setup.sends { await dispatcher.start() }
        guard let port = await ports.first(where: { _ in true }) else { return try await running.value }
        let fixture = ServerFixture(
            port: port, store: store, dispatcher: dispatcher, provider: setup.provider, metrics: metrics, keys: keys,
            keyFile: file, end: { await group.triggerGracefulShutdown() })
        let result = await Result { try await body(fixture) }
        await group.triggerGracefulShutdown()
        try await running.value
        await setup.provider.shutdown()
        await dispatcher.stop(within: .seconds(1))
        try result.get()
        withExtendedLifetime(folder) {}
    }

    static func gateway(_ provider: RecordingProvider) throws -> Gateway {
        try Gateway(
            GatewaySettings(
                mode: .live, defaultCountry: "CN",
                providers: [GatewaySettings.ConfiguredProvider(name: "recorder", provider: provider)],
                templates: [
                    Template(
                        name: "login-code", category: .verification,
                        parameters: [TemplateParameter("code", pattern: try ParameterPattern("[0-9]{4,8}"))],
                        texts: [LocalText(locale: nil, text: try TextTemplate("code ${code}"))]),
                    Template(
                        name: "order-sent", category: .notification, parameters: [],
                        texts: [LocalText(locale: nil, text: try TextTemplate("on its way"))]),
                ],
                routes: [
                    Route(
                        name: "codes", rule: Rule(categories: [.verification]),
                        candidates: [Route.Candidate("recorder")], retries: 0),
                    Route(
                        name: "rest", rule: Rule(channels: [.sms]), candidates: [Route.Candidate("recorder")],
                        retries: 0),
                ]), logger: logger)
    }

    // MARK: Asking

    /// Asks once, on a connection of its own.
    func ask(
        _ method: String, _ target: String, _ body: String? = nil, key: String? = nil,
        headers: [String] = ["content-type: application/json"]
    ) async throws -> RawClient.Answer {
        let client = try RawClient(port: port)
        try await client.send(Self.request(method, target, body, key: key, headers: headers))
        return try await client.answer(isHead: method == "HEAD")
    }

    static func request(
        _ method: String, _ target: String, _ body: String? = nil, key: String? = nil,
        headers: [String] = ["content-type: application/json"]
    ) -> String {
        var lines = ["\(method) \(target) HTTP/1.1", "host: localhost"] + headers
        if let key { lines.append("authorization: Bearer \(key)") }
        if let body { lines.append("content-length: \(body.utf8.count)") }
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
    }

    /// A message that is right.
    static let code = #"{"id":"m1","to":"13800138000","template":"login-code","parameters":{"code":"271828"}}"#

    func submit(
        _ body: String = code, _ query: String = "", key: String? = nil, headers: [String] = []
    ) async throws -> RawClient.Answer {
        try await ask(
            "POST", "/v1/messages\(query)", body, key: key, headers: ["content-type: application/json"] + headers)
    }
}

extension Result where Failure == any Error {
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}

extension JSONValue {
    /// The value at a place, for expectations.
    func at(_ path: String) -> JSONValue? {
        var value: JSONValue? = self
        for step in path.split(separator: "/") {
            if let place = Int(step), let elements = value?.array {
                value = elements.indices.contains(place) ? elements[place] : nil
            } else {
                value = value?[String(step)]
            }
        }
        return value
    }
}

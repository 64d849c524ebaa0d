import Foundation
import GatewayConfiguration
import LoopbackServer
import NotificationGateway
import ProcessSupport
import Testing

/// Gateways that start and stop with sends under way, in a process of its own, so that its threads and descriptors can be
/// counted.
@Suite("Starting and stopping", .timeLimit(.minutes(10)))
struct StartStopTests {
    @Test("500 gateways with sends under way end every send and leave no thread and no descriptor behind")
    func cycles() async {
        await #expect(processExitsWith: .success) {
            let vendor = HoldingVendor()
            // What libcurl and the task pool keep for ever is there before anything is counted.
            for manner in Manner.allCases { _ = try await Cycle.run(manner, vendor) }
            let before = try Held.now()
            var outcomes: [Manner: Set<Outcome>] = [:]
            for number in 0..<500 {
                let manner = Manner.allCases[number % Manner.allCases.count]
                outcomes[manner, default: []].formUnion(try await Cycle.run(manner, vendor))
            }
            vendor.stop()
            guard outcomes[.answered]?.contains(.accepted) == true else { fatalError("nothing was accepted") }
            guard outcomes[.cut] == [.uncertain], outcomes[.cancelled] == [.uncertain] else {
                fatalError("what may have been taken was called \(outcomes)")
            }
            let limit = before.threads + ProcessInfo.processInfo.processorCount
            let after = try Held.now { $0.descriptors <= before.descriptors && $0.threads <= limit }
            guard after.descriptors <= before.descriptors, after.threads <= limit else {
                fatalError("left behind: \(before) became \(after)")
            }
        }
    }
}

/// What becomes of the sends that are under way when a gateway is shut down.
private enum Manner: CaseIterable, Sendable {
    /// The vendor answers them.
    case answered
    /// The vendor closes their connections.
    case cut
    /// Their callers give up.
    case cancelled
    /// Nobody knows how far they are.
    case racing
}

/// A vendor that holds its answers back until it is told to go on.
private final class HoldingVendor: Sendable {
    struct Orders: Sendable {
        var manner: Manner
        let goOn = Signal()
        let arrived = AsyncStream<Void>.makeStream()
    }

    private let orders = Guarded<Orders?>(nil)
    private let server: LoopbackServer

    init() {
        server = LoopbackServer { [orders] (connection: ServerConnection) in
            while connection.readRequest() != nil, let current = orders.withLock({ $0 }) {
                current.arrived.continuation.yield()
                current.goOn.waitBlocking()
                if current.manner == .cut { return }
                connection.write(Answer.text(#"{"Code":"OK","Message":"OK","RequestId":"r","BizId":"1^0"}"#))
            }
        }
    }

    var port: Int { server.port }
    func stop() { server.stop() }

    func take(_ manner: Manner) -> Orders {
        let new = Orders(manner: manner)
        orders.withLock { $0 = new }
        return new
    }
}

private enum Cycle {
    private static let sends = 4

    /// Starts a gateway, sends, shuts it down with the sends under way, and returns what became of them.
    static func run(_ manner: Manner, _ vendor: HoldingVendor) async throws -> Set<Outcome> {
        let orders = vendor.take(manner)
        let gateway = try gateway(port: vendor.port)
        let sending = (0..<sends).map { _ in Task { await gateway.send(message) } }
        if manner == .racing {
            orders.goOn.give()
        } else {
            var arrivals = orders.arrived.stream.makeAsyncIterator()
            for _ in 0..<sends { await arrivals.next() }
        }
        let stopping = Task { await gateway.shutdown() }
        if manner == .cancelled {
            for send in sending { send.cancel() }
        } else {
            orders.goOn.give()
        }
        var outcomes: Set<Outcome> = []
        for send in sending { outcomes.insert(await send.value.outcome) }
        orders.goOn.give()
        await stopping.value
        guard await gateway.send(message).outcome == .rejected else { fatalError("it was sent after the shutdown") }
        return outcomes
    }

    private static let message = Message(to: ["13800138000"], template: "login-code", parameters: ["code": "271828"])

    private static func gateway(port: Int) throws -> Gateway {
        let loaded = ConfigurationLoader(kinds: World.kinds, environment: ["SECRET": "secret"]).load(
            yaml: """
                default_country: CN
                providers:
                  aliyun:
                    type: aliyun-dysms
                    endpoint: "http://127.0.0.1:\(port)"
                    access_key_id: id
                    access_key_secret: "${env:SECRET}"
                    sign_name: 云通信
                    timeout: 5m
                    connect_timeout: 5m
                templates:
                  login-code: { category: verification, parameters: { code: }, bindings: { aliyun: { template_code: SMS_0000 } } }
                routes: [{ providers: [aliyun], retries: 0, deadline: 10m }]
                """, named: "providers.yaml", mode: .live)
        guard let settings = loaded.settings else { fatalError("\(loaded.diagnostics)") }
        return try Gateway(settings)
    }
}

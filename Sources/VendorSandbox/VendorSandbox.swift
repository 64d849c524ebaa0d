import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A fake vendor on a real socket: Dysms as the official SDKs know it.
///
/// It checks both signature schemes, nonces, time stamps and parameters, keeps what every phone received, and fails as a
/// script says. `GET /inbox`, `DELETE /inbox`, `GET /requests` and `POST /script` on the same port serve tests in other
/// languages. All methods may be called from any task.
public final class VendorSandbox: Sendable {
    /// The port that it listens on.
    public let port: Int
    /// The address as a configuration takes it: `http://127.0.0.1:PORT`.
    public let endpoint: String
    private let state: SandboxState
    private let channel: any Channel
    private let group: MultiThreadedEventLoopGroup
    private let isStopped = Atomic(false)

    private init(
        configuration: SandboxConfiguration, state: SandboxState, channel: any Channel,
        group: MultiThreadedEventLoopGroup
    ) {
        self.state = state
        self.channel = channel
        self.group = group
        port = channel.localAddress?.port ?? configuration.port
        endpoint = "http://\(configuration.host):\(port)"
    }

    /// Starts listening.
    ///
    /// - Throws: when the port is taken or may not be used.
    public static func start(_ configuration: SandboxConfiguration = SandboxConfiguration()) async throws
        -> VendorSandbox
    {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let state = SandboxState(configuration)
        let now = configuration.now
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true)
                    try pipeline.addHandler(ConnectionHandler(state: state, now: now))
                }
            }
        do {
            let channel = try await bootstrap.bind(host: configuration.host, port: configuration.port).get()
            return VendorSandbox(configuration: configuration, state: state, channel: channel, group: group)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    /// Stops listening, ends every connection and frees the thread; a second call does nothing.
    public func stop() async {
        // A channel whose thread is gone never says that it is closed.
        guard !isStopped.exchange(true, ordering: .relaxed) else { return }
        try? await channel.close()
        try? await group.shutdownGracefully()
        await state.stop()
    }

    /// What every phone received, in order.
    public func inbox() async -> [InboxMessage] { await state.inbox }

    /// Every request as it came over the wire, in order, repetitions included.
    public func requests() async -> [RecordedRequest] { await state.requests }

    /// Waits until so many requests have come, or the sandbox is stopped; then all that have.
    public func requests(atLeast count: Int) async -> [RecordedRequest] { await state.requests(atLeast: count) }

    /// Replaces the script.
    public func script(_ rules: [ScriptRule]) async { await state.script(rules) }

    /// Forgets messages, requests, nonces and the script.
    public func reset() async { await state.reset() }
}

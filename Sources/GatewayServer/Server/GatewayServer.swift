import GatewayOutbox
public import Logging
public import NotificationGateway
public import ServiceLifecycle

/// The HTTP API over a finished gateway and its outbox.
///
///     let server = GatewayServer(
///         gateway: ServedGateway(gateway), outbox: ServedOutbox(store: store, dispatcher: dispatcher),
///         keys: try KeyBook(path: "keys.jsonl", logger: logger), metrics: metrics, options: options, logger: logger)
///     try await ServiceGroup(services: [server], gracefulShutdownSignals: [.sigterm], logger: logger).run()
///
/// It neither starts nor stops the dispatcher: that belongs to whoever made it, after the server has ended.
public struct GatewayServer: Service {
    private let options: ServerOptions
    private let keys: KeyBook
    private let clock: any GatewayClock
    private let logger: Logger
    private let room: WaitingRoom
    private let listener: Listener
    private let onListening: @Sendable (Int) -> Void

    /// Makes a server, which does nothing before it is run.
    ///
    /// - Parameters:
    ///   - gateway: what it asks about messages and providers.
    ///   - outbox: where it hands messages in.
    ///   - keys: who may ask what.
    ///   - metrics: what `/metrics` shows; the server adds its own.
    ///   - options: where it listens, and what it puts up with.
    ///   - mounts: other handlers, each below a path of its own; the longest prefix counts.
    ///   - logger: hears of each request at `debug`, and of answers 5xx at `error`.
    ///   - onListening: hears the port as soon as connections are taken.
    public init(
        gateway: ServedGateway, outbox: ServedOutbox, keys: KeyBook, metrics: PrometheusMetrics,
        options: ServerOptions = ServerOptions(), mounts: [MountedHandler] = [], logger: Logger,
        clock: any GatewayClock = SystemClock(), random: any RandomSource = SystemRandom(),
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        let watched = outbox.store as? WatchedOutboxStore
        let room = watched?.room ?? WaitingRoom()
        let connections = Budget(options.maxConnections)
        let counters = ServerMetrics(metrics, mounts: mounts.map(\.prefix))
        let api = API(
            gateway: gateway, store: outbox.store, dispatcher: outbox.dispatcher, keys: keys, options: options,
            clock: clock, random: random, room: room, lastWrite: watched?.lastWrite,
            writeMetrics: {
                counters.set(connections: connections.current, entries: try? await outbox.store.counts())
                return Array(metrics.text.utf8)
            })
        let desk = Desk(
            api: api, mounts: mounts.sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }, metrics: counters,
            clock: clock, logger: logger)
        let site = ConnectionSite(
            options, clock: clock, longestTarget: mounts.map(\.maxTarget).reduce(options.maxTarget, max),
            limits: desk.limits, refused: counters.count, open: desk.open)
        listener = Listener(site: site, connections: connections, clock: clock, logger: logger)
        (self.options, self.keys, self.clock, self.logger, self.room) = (options, keys, clock, logger, room)
        self.onListening = onListening
    }

    /// Serves until the service group ends: then it takes no more connections, answers who waits for news at once, lets running
    /// requests come to their end within ``ServerOptions/shutdownGrace``, and returns.
    ///
    /// - Throws: ``ServerStartError``.
    public func run() async throws {
        guard options.isLoopback || keys.hasActiveKey else { throw ServerStartError.needsKeys(host: options.host) }
        if keys.isOpen {
            logger.notice("There is no file of API keys: everybody on this machine may send")
        } else if !keys.hasActiveKey {
            logger.notice("There is no API key yet: make one with 'notify keys create'")
        }
        let (host, logger, onListening) = (options.host, logger, onListening)
        try await withGracefulShutdownHandler {
            try await listener.run { port in
                logger.info("Listening", metadata: ["notify.host": "\(host)", "notify.port": "\(port)"])
                onListening(port)
            }
        } onGracefulShutdown: {
            room.close()
        }
        room.close()
    }

    /// Reads the certificate again, as after it was renewed: connections that come from now on are shown the new one.
    ///
    /// - Throws: ``ServerStartError/certificate(_:)`` for one that cannot be used; the former stays then.
    public func reloadCertificate() throws(ServerStartError) { try listener.certificate?.read() }
}

/// Hands each request to who answers it, and counts the answers.
struct Desk: Sendable {
    let api: API
    /// The longest prefix first.
    let mounts: [MountedHandler]
    let metrics: ServerMetrics
    let clock: any GatewayClock
    let logger: Logger

    func limits(_ target: String) -> RequestLimits {
        let mount = mounts.first { target.hasPrefix($0.prefix) }
        return RequestLimits(
            body: mount?.maxBody ?? api.options.maxBody, target: mount?.maxTarget ?? api.options.maxTarget,
            fields: api.options.maxHeader)
    }

    func open(_ head: RawRequest) -> Opening {
        let started = clock.now
        let (endpoint, opening) = route(head)
        switch opening {
        case .decided(let answer):
            note(endpoint, answer, since: started)
            return opening
        case .open(let respond):
            return .open { body in
                // Not from the head on: how long the body took is the caller's own.
                let started = clock.now
                let answer = await respond(body)
                note(endpoint, answer, since: started)
                return answer
            }
        }
    }

    private func route(_ head: RawRequest) -> (endpoint: String, opening: Opening) {
        if let mount = mounts.first(where: { head.path.hasPrefix($0.prefix) }) {
            var inner = head
            inner.path.removeFirst(mount.prefix.count)
            return (mount.prefix, mount.open(inner))
        }
        switch api.admit(head) {
        case .admitted(let call): return (call.destination.endpoint.rawValue, .open { await api.answer(call, $0) })
        case .refused(let answer, let endpoint): return (endpoint?.rawValue ?? ServerMetrics.none, .decided(answer))
        }
    }

    private func note(_ endpoint: String, _ answer: RawAnswer, since started: MonotonicTime) {
        let (status, duration) = (answer.status, clock.now - started)
        metrics.count(endpoint, status, duration)
        logger.log(
            level: status >= 500 && status != 503 ? .error : .debug, "Request answered",
            metadata: [
                "notify.endpoint": "\(endpoint)", "notify.status": "\(status)",
                "notify.duration_ms": "\(duration.milliseconds)",
            ])
    }
}

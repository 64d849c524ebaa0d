import CurlTransport
import Foundation
import GatewayConfiguration
import GatewayOutbox
import GatewayServer
import GatewayWebhooks
import Logging
import NotificationGateway
import ServiceLifecycle
import UnixSignals

/// Everything that `notify serve` runs, put together.
struct ServerAssembly {
    private let settings: ServerSettings
    private let gateway: ReloadableGateway
    private let path: String
    private let logger: Logger
    private let store: WatchedOutboxStore
    private let events: SQLiteOutboxStore
    private let dispatcher: OutboxDispatcher
    private let keys: KeyBook
    private let metrics: PrometheusMetrics
    private let webhooks: [WebhookEndpoint]
    private let dysms: DysmsMount?
    private let supervisor: ServiceSupervisor

    /// Opens the outbox and the keys.
    ///
    /// - Throws: what cannot be opened, and a webhook that cannot be used.
    init(
        _ settings: ServerSettings, gateway: ReloadableGateway, path: String, metrics: PrometheusMetrics, logger: Logger
    ) throws {
        self.settings = settings
        self.gateway = gateway
        self.path = path
        self.metrics = metrics
        self.logger = logger
        supervisor = ServiceSupervisor(listeners: settings.dysms?.listen == nil ? 1 : 2)
        webhooks = try settings.webhooks.map { try WebhookEndpoint($0) }
        keys = try KeyBook(path: settings.keys, logger: logger)
        let events = try Self.outbox(settings)
        self.events = events
        store = WatchedOutboxStore(events)
        let dispatcher = OutboxDispatcher(
            store: store, gateway: OutboxGateway(gateway),
            options: OutboxDispatcher.Options(
                maxInFlight: settings.maxInFlight, lease: settings.lease, patience: settings.patience,
                retention: settings.retention),
            report: Self.report(to: logger))
        self.dispatcher = dispatcher
        dysms = settings.dysms.map { [store] in
            DysmsMount($0, gateway: gateway, store: store, dispatcher: dispatcher)
        }
    }

    private static func report(to logger: Logger) -> @Sendable (OutboxStoreError) -> Void {
        { error in
            switch error {
            case .leaseLost, .refused, .unknownEntry, .conflict:
                logger.info("What became of a message was known already", metadata: ["error": "\(error)"])
            case .locked, .diskFull, .corrupted, .failed:
                // Who is told to end asks no more, which the store calls a failure too.
                logger.log(
                    level: Task.isCancelled ? .debug : .error, "The outbox is in trouble",
                    metadata: ["error": "\(error)"])
            }
        }
    }

    private static func outbox(_ settings: ServerSettings) throws -> SQLiteOutboxStore {
        do { return try SQLiteOutboxStore(path: settings.outbox, events: settings.toldStates) } catch {
            throw CommandFailure(.failed, "the outbox \(settings.outbox): \(Outbox.words(error))")
        }
    }

    /// Runs until SIGTERM or SIGINT. What is started last is stopped first: the server takes nothing more before the others end.
    func run() async throws {
        // Nobody is left to be told, and what waits to be told is kept.
        if webhooks.isEmpty { try await events.purgeEvents(olderThan: SystemClock().wallTime) }
        let end = ShutdownDeadline(settings.shutdownGrace)
        let server = server()
        let listener = listener()
        var services: [any Service] = [
            ConfigurationWatch(
                gateway: gateway, path: path, keys: keys, logger: logger, supervisor: supervisor,
                onReload: { [dysms] in dysms?.renew() },
                reloadCertificates: { () throws(ServerStartError) in
                    try server.reloadCertificate()
                    try listener?.reloadCertificate()
                }),
            Running(
                start: { await dispatcher.start() }, stop: { await dispatcher.stop(within: end.left) }),
        ]
        if !webhooks.isEmpty { services.append(teller(until: end)) }
        if settings.receipts.values.contains(where: \.polls) { services.append(poller()) }
        var listeners: [any Service] = [server]
        if let listener { listeners.append(listener) }
        services.append(Together(services: listeners))
        services.append(
            Running(
                start: {},
                stop: { [supervisor] in
                    end.begin()
                    supervisor.stops()
                }))
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        do {
            try await group.run()
        } catch {
            await gateway.shutdown()
            throw error
        }
        await gateway.shutdown()
    }

    // MARK: HTTP

    private func server() -> GatewayServer {
        let receipts = ReceiptDesk(settings.receipts.compactMapValues(\.token), store: store, logger: logger) {
            [gateway] name in
            await gateway.withCurrent { $0.provider(name)?.receiptReader }
        }
        return GatewayServer(
            gateway: ServedGateway(gateway), outbox: ServedOutbox(store: store, dispatcher: dispatcher), keys: keys,
            metrics: metrics, options: options(settings.listen),
            mounts: [receipts.handler, dysms?.mounted(maxBody: settings.maxBody)].compactMap(\.self),
            logger: logger, onListening: announcing("listening on", settings.listen))
    }

    private func options(_ listen: ServerSettings.ListenAddress) -> ServerOptions {
        var options = ServerOptions()
        options.host = listen.host
        options.port = listen.port
        options.tls = settings.tls.map { ServerOptions.TLS(certificatePath: $0.certificate, keyPath: $0.key) }
        options.maxBody = settings.maxBody
        options.maxConnections = settings.maxConnections
        options.shutdownGrace = settings.shutdownGrace
        return options
    }

    /// Says where a listener listens: to who looks on, and to who started the process.
    private func announcing(_ what: String, _ listen: ServerSettings.ListenAddress) -> @Sendable (Int) -> Void {
        let scheme = settings.tls == nil ? "http" : "https"
        return { [supervisor] port in
            let line = "\(what) \(scheme)://\(ServerSettings.ListenAddress(host: listen.host, port: port))"
            Console.print(line)
            supervisor.listens(line)
        }
    }

    /// The Dysms endpoint's own, where it has one.
    private func listener() -> MountedListener? {
        guard let dysms, let listen = settings.dysms?.listen else { return nil }
        return MountedListener(
            dysms.alone(maxBody: settings.maxBody), options: options(listen), logger: logger,
            onListening: announcing("dysms endpoint on", listen))
    }

    // MARK: Receipts and webhooks

    private func teller(until end: ShutdownDeadline) -> Running {
        let teller = WebhookDispatcher(store: events, endpoints: webhooks, logger: logger) { settings, addresses in
            CurlTransport(CurlTransportOptions(settings, addresses: addresses))
        }
        return Running(start: { await teller.start() }, stop: { await teller.stop(within: end.left) })
    }

    private func poller() -> Running {
        let polled = Set(settings.receipts.filter(\.value.polls).keys)
        let pause = settings.pollRate.period / settings.pollRate.count
        let poller = ReceiptPoller(
            store: store, options: ReceiptPoller.Options(pause: pause),
            report: Self.report(to: logger)
        ) { [gateway] name in
            guard polled.contains(name) else { return nil }
            return await gateway.withCurrent { $0.provider(name)?.statusLookup }
        }
        return Running { await poller.run() }
    }
}

extension ServerSettings {
    /// The states of which webhooks are told.
    var toldStates: Set<EntryState> {
        Set(
            webhooks.flatMap { webhook in
                webhook.events.isEmpty ? Array(WebhookEndpoint.allEvents) : webhook.events.compactMap(EntryState.init)
            })
    }
}

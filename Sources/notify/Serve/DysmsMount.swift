import DysmsEndpoint
import GatewayConfiguration
import GatewayOutbox
import GatewayServer
import NotificationGateway
import Synchronization

/// The Dysms endpoint of a server, which follows the templates of a configuration that is reloaded.
final class DysmsMount: Sendable {
    static let prefix = "/compat/dysms/"
    /// The vendor's SDKs put everything into the query: a thousand numbers are 20 KiB.
    private static let maxTarget = 64 << 10

    private let settings: ServerSettings.Dysms
    private let gateway: ReloadableGateway
    private let desk: MessageDesk
    /// Outlives every endpoint: what was signed before a reload must not be taken again after it.
    private let nonces: NonceWindow
    private let endpoint: Mutex<DysmsEndpoint>

    init(
        _ settings: ServerSettings.Dysms, gateway: ReloadableGateway, store: any OutboxStore,
        dispatcher: OutboxDispatcher
    ) {
        self.settings = settings
        self.gateway = gateway
        nonces = NonceWindow()
        desk = MessageDesk(
            submit: { submissions throws(OutboxStoreError) in try await dispatcher.submit(submissions) }, store: store,
            examine: { message in await gateway.withCurrent { $0.examine(message) } })
        endpoint = Mutex(
            DysmsEndpoint(settings: EndpointSettings(settings, gateway.settings), desk: desk, nonces: nonces))
    }

    /// Takes the templates of the configuration in force.
    func renew() {
        let renewed = DysmsEndpoint(settings: EndpointSettings(settings, gateway.settings), desk: desk, nonces: nonces)
        endpoint.withLock { $0 = renewed }
    }

    /// The handler below ``prefix``.
    func mounted(maxBody: Int) -> MountedHandler { handler(prefix: Self.prefix, maxBody) }

    /// The handler at `/` of a port of its own.
    func alone(maxBody: Int) -> MountedHandler { handler(prefix: "/", maxBody) }

    private func handler(prefix: String, _ maxBody: Int) -> MountedHandler {
        MountedHandler(prefix: prefix, maxBody: maxBody, maxTarget: Self.maxTarget) { [self] request in
            let answer = await endpoint.withLock { $0 }.answer(EndpointRequest(request, below: prefix))
            return RawAnswer(
                status: answer.status, headers: answer.headers.map { ($0.name, $0.value) }, body: answer.body)
        }
    }
}

extension EndpointRequest {
    fileprivate init(_ request: RawRequest, below prefix: String) {
        self.init(
            method: request.method, path: "/" + request.path, prefix: String(prefix.dropLast()),
            query: request.query ?? "", headers: request.headers.map { EndpointHeader($0.name, $0.value) },
            body: request.body)
    }
}

extension EndpointSettings {
    /// What the configuration says; a code whose template it has no more is not known to callers either.
    fileprivate init(_ dysms: ServerSettings.Dysms, _ gateway: GatewaySettings) {
        let known = Dictionary(gateway.templates.map { ($0.name, $0) }) { first, _ in first }
        self.init(
            keys: dysms.accessKeys.map { id, key in
                EndpointKey(id: id, secret: key.secret, tenant: Tenant(rawValue: key.tenant))
            },
            templates: dysms.templates.compactMapValues { mapping in
                known[mapping.template].map { EndpointTemplate($0, parameterNames: mapping.parameters) }
            },
            signNames: dysms.signNames.isEmpty
                ? nil : Dictionary(dysms.signNames.map { ($0, []) }) { first, _ in first })
    }
}

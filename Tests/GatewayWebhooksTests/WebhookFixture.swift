import Crypto
import Foundation
import GatewayTestKit
import HTTPTransport
import Logging
import NotificationGateway
import ProcessSupport

@testable import GatewayOutbox
@testable import GatewayWebhooks

/// Every store that there is.
enum StoreKind: String, CaseIterable, Sendable {
    case memory
    case sqlite
}

/// Dispatchers over one store, endpoints that a script plays, and a clock that stands still until a test moves it.
struct WebhookFixture {
    let folder: TemporaryFolder
    let store: any OutboxStore & EventLog
    let clock = ManualClock()
    let transport: ScriptedTransport

    init(
        _ kind: StoreKind = .memory, respond: @escaping @Sendable (HTTPRequest, Int) async -> ScriptedTransport.Step
    ) throws {
        folder = try TemporaryFolder()
        store =
            switch kind {
            case .memory: InMemoryOutboxStore(events: WebhookEndpoint.allEvents)
            case .sqlite: try SQLiteOutboxStore(path: folder.file("outbox.sqlite"), events: WebhookEndpoint.allEvents)
            }
        transport = ScriptedTransport(respond: respond)
    }

    init(_ kind: StoreKind = .memory, answering steps: [ScriptedTransport.Step]) throws {
        try self.init(kind) { _, number in steps[min(number, steps.count) - 1] }
    }

    /// A dispatcher and the log that it works on.
    func dispatcher(
        _ endpoints: [WebhookEndpoint], options: WebhookDispatcher.Options = .init(), seed: UInt64 = 1,
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, over other: ScriptedTransport? = nil
    ) -> (dispatcher: WebhookDispatcher, log: WatchedLog) {
        let log = WatchedLog(store)
        let dispatcher = WebhookDispatcher(
            log: log, entry: { [store] id async throws(OutboxStoreError) in try await store.entry(id) },
            endpoints: endpoints, options: options, clock: clock, random: SeededRandom(seed: seed), logger: logger
        ) { _, _ in other ?? transport }
        return (dispatcher, log)
    }

    /// A message is taken by a vendor, which makes an event.
    func accept(_ id: String, tenant: Tenant = "shop") async throws {
        let now = clock.wallTime
        let message = Message(
            id: MessageID(rawValue: id), to: ["+8613800138000"], template: "shipped", parameters: ["parcel": "SECRET"],
            tags: ["eu", "a\"b"])
        _ = try await store.submit(Submission(message, tenant: tenant), now: now)
        let lease = Lease(owner: "sender", end: now.advanced(by: 30))
        _ = try await store.take(.due, for: lease, limit: 1, now: now)
        let outcome = SendResult.RecipientOutcome(
            address: "+8613800138000", outcome: "accepted", provider: "p", vendorMessageID: "v-\(id)")
        try await store.change(
            MessageID(rawValue: id),
            by: EntryChange(
                .accepted, now: now, owner: "sender", result: SendResult(recipients: [outcome], requests: 1)))
    }

    /// Says that a message arrived, which makes another event.
    func deliver(_ id: String) async throws {
        let word = ReceiptWord(isDelivered: true, code: "DELIVERED", explanation: "received", time: clock.wallTime)
        _ = try await store.receive(
            DeliveryReceipt(provider: "p", reference: "\(id)-1", word: word), now: clock.wallTime)
    }
}

extension WebhookEndpoint {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    static let nextSecret = "whsec_" + Data(repeating: 7, count: 64).base64EncodedString()

    /// An endpoint at `https://name.example`, whose path holds a token.
    static func sample(
        _ name: WebhookName = "a", events: Set<EntryState> = allEvents, tenants: Set<Tenant>? = nil,
        recipients: Recipients = .masked, maxInFlight: Int = 8
    ) throws -> WebhookEndpoint {
        try WebhookEndpoint(
            name: name, url: "https://\(name).example/hook?token=TOKEN", secrets: [Secret(secret)], events: events,
            tenants: tenants, recipients: recipients, maxInFlight: maxInFlight)
    }
}

extension HTTPRequest {
    subscript(name: String) -> String { headers.first { $0.name == name }?.value ?? "" }

    /// The first label of the host: the endpoint's name.
    var endpoint: String { String(url.dropFirst(8).prefix { $0 != "." }) }

    /// The signature as another implementation makes it.
    func expectedSignature(_ secret: String = WebhookEndpoint.secret) throws -> String {
        guard let key = Data(base64Encoded: String(secret.dropFirst(6))) else { throw CocoaError(.coderInvalidValue) }
        let signed = Data("\(self["webhook-id"]).\(self["webhook-timestamp"]).".utf8) + Data(body)
        let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: key))
        return "v1," + Data(code).base64EncodedString()
    }

    /// The payload's data.
    func data() throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
        return object?["data"] as? [String: Any] ?? [:]
    }
}

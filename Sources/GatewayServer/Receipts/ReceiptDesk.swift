public import GatewayOutbox
public import Logging
import MessageAuthentication
public import NotificationGateway

/// Takes the delivery receipts that vendors post to `/receipts/<provider>/<token>`.
///
/// The token is all that tells the vendor from others. What is answered does not tell a wrong one from a provider that there is
/// not.
public struct ReceiptDesk: Sendable {
    /// Where the handler is mounted.
    public static let prefix = "/receipts/"
    /// More than any vendor puts in a post.
    public static let maxBody = 4 << 20

    private let tokens: [ProviderName: Digest]
    private let reader: @Sendable (ProviderName) async -> (any ReceiptReader)?
    private let store: any OutboxStore
    private let clock: any GatewayClock
    private let logger: Logger

    /// Makes a desk.
    ///
    /// - Parameters:
    ///   - tokens: the secret ends of the paths.
    ///   - store: where receipts are written down.
    ///   - reader: how a provider's posts are read; `nil` where there is none.
    public init(
        _ tokens: [ProviderName: Secret], store: any OutboxStore, clock: any GatewayClock = SystemClock(),
        logger: Logger, reader: @escaping @Sendable (ProviderName) async -> (any ReceiptReader)?
    ) {
        self.tokens = tokens.mapValues { Self.hash($0.reveal()) }
        self.store = store
        self.clock = clock
        self.logger = logger
        self.reader = reader
    }

    /// The handler to mount.
    public var handler: MountedHandler {
        MountedHandler(prefix: Self.prefix, maxBody: Self.maxBody, open: open)
    }

    /// Hashes are compared, so that the time tells nothing of the token.
    private static func hash(_ token: String) -> Digest { MessageDigest.digest(of: Array(token.utf8), by: .sha256) }

    private static let nobody = Problem(.notFound, "nobody takes receipts here").answer

    func open(_ head: RawRequest) -> Opening {
        let parts = head.path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let name = PercentDecoding.text(parts[0]).map(ProviderName.init),
            let token = PercentDecoding.text(parts[1]), let expected = tokens[name], Self.hash(token) == expected
        else { return .decided(Self.nobody) }
        guard head.method == "POST" else {
            return .decided(Problem(.methodNotAllowed, "receipts are posted", allow: ["POST"]).answer)
        }
        return .open { await take($0, from: name) }
    }

    private func take(_ body: [UInt8], from name: ProviderName) async -> RawAnswer {
        guard let reader = await reader(name) else { return Self.nobody }
        let post: ReceiptPost
        do throws(UnreadableReceipts) { post = try reader.read(body) } catch {
            Metric.receipts.count(name.rawValue, "unreadable")
            logger.warning(
                "A post of receipts cannot be read", metadata: ["notify.provider": "\(name)", "error": "\(error)"])
            return Problem(.malformedRequest, error.description).answer
        }
        do throws(OutboxStoreError) { try await write(post, of: name) } catch {
            logger.error(
                "Receipts cannot be written down", metadata: ["notify.provider": "\(name)", "error": "\(error)"])
            return Problem(store: error).answer
        }
        let acknowledgement = reader.acknowledgement
        return RawAnswer(
            status: 200, headers: [("content-type", acknowledgement.contentType)],
            body: Array(acknowledgement.body.utf8))
    }

    /// In their order: of two about one recipient the first stands.
    private func write(_ post: ReceiptPost, of provider: ProviderName) async throws(OutboxStoreError) {
        if post.unreadable > 0 {
            logger.warning(
                "Receipts cannot be read",
                metadata: ["notify.provider": "\(provider)", "notify.count": "\(post.unreadable)"])
        }
        for _ in 0..<post.unreadable { Metric.receipts.count(provider.rawValue, "unreadable") }
        for record in post.records {
            guard let receipt = DeliveryReceipt(record, of: provider, now: clock.wallTime) else { continue }
            let answer = try await store.receive(receipt, now: clock.wallTime)
            Metric.receipts.count(provider.rawValue, answer.effect.rawValue)
        }
    }
}

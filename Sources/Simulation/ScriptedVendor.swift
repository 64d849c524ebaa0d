import GatewayTestKit
import NotificationGateway

/// A vendor that takes messages and does, at random but repeatably, everything that real ones do wrong.
///
/// `@unchecked Sendable`: used by the one thread of ``VirtualTime`` alone.
final class ScriptedVendor: MessageProvider, StatusLookup, @unchecked Sendable {
    /// What becomes of one request.
    enum Fate: CaseIterable {
        case taken, refusesRecipient, throttles, cannotBeReached, fails, failsHavingTaken, losesRequest, losesAnswer
        case answersLate, hasNoBalance

        /// How many of a hundred requests end so.
        var weight: Int {
            switch self {
            case .taken: 58
            case .refusesRecipient: 5
            case .throttles: 8
            case .cannotBeReached: 6
            case .fails, .failsHavingTaken: 3
            case .losesRequest, .losesAnswer: 5
            case .answersLate: 5
            case .hasNoBalance: 2
            }
        }

        /// Whether the vendor reads the request, and with that remembers it.
        var arrives: Bool {
            switch self {
            case .throttles, .cannotBeReached, .losesRequest: false
            default: true
            }
        }
    }

    /// One message on the vendor's books.
    struct Entry {
        var reference: String
        var recipient: Recipient
        /// The vendor's records lag: the look-up finds it from then on.
        var isVisibleFrom: MonotonicTime
    }

    /// The longest that records lag.
    static let longestLag = Duration.seconds(60)

    let capabilities: Capabilities
    let settlingTime: Duration?
    let findsByReferenceAlone = false
    private(set) var books: [Entry] = []
    /// The requests that have arrived, by what makes a copy the same.
    private var seen: Set<String> = []
    private let time: VirtualTime
    private let random: any RandomSource
    private let fault: PlantedFault?
    private var downUntil: MonotonicTime?

    init(
        _ time: VirtualTime, random: any RandomSource, settlingTime: Duration?, replayGuard: ReplayGuard,
        fault: PlantedFault?
    ) {
        capabilities = Capabilities(
            channels: [.sms], content: [.text], maxRecipients: 3, replayGuard: replayGuard)
        self.time = time
        self.random = random
        self.settlingTime = settlingTime
        self.fault = fault
    }

    var statusLookup: (any StatusLookup)? { self }
    var receiptReader: (any ReceiptReader)? { nil }

    func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt {
        do throws(ProviderError) { return try await handle(request) } catch {
            guard error.acceptance == .unknown, error.message != Self.isCopy else { throw error }
            var error = error
            error.replay = ReplayToken(reference: request.reference, nonce: request.reference, timestamp: "")
            throw error
        }
    }

    private static let isCopy = "a copy of a request that has arrived"

    private func handle(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt {
        try await pause(for: .milliseconds(draw(80)), request, fate: nil)
        if isDown() { throw ProviderError(.unreachable, .rejected, message: "connection refused") }
        let fate = drawFate()
        if fate.arrives, !seen.insert(request.replay?.nonce ?? request.reference).inserted, fault != .carriedOutCopy {
            throw ProviderError(.vendorError, .unknown, message: Self.isCopy)
        }
        switch fate {
        case .taken: return take(request)
        case .refusesRecipient: throw ProviderError(.invalidRecipient, .rejected, message: "illegal number")
        case .throttles:
            throw ProviderError(
                .throttled, .rejected, message: "slower", retryAfter: .milliseconds(draw(5_000)))
        case .cannotBeReached: throw ProviderError(.unreachable, .rejected, message: "no route to host")
        case .hasNoBalance: throw ProviderError(.insufficientBalance, .rejected, message: "no balance")
        case .fails: throw ProviderError(.vendorError, .unknown, message: "internal error")
        case .failsHavingTaken:
            _ = take(request)
            throw ProviderError(.vendorError, .unknown, message: "internal error")
        case .losesRequest:
            try await pause(for: .seconds(3_600), request, fate: fate)
        case .losesAnswer:
            _ = take(request)
            try await pause(for: .seconds(3_600), request, fate: fate)
        case .answersLate:
            let receipt = take(request)
            try await pause(for: .milliseconds(draw(20_000)), request, fate: fate)
            return receipt
        }
        throw ProviderError(.timedOut, .unknown, message: "no answer")
    }

    /// Waits as a transport would: never past the request's deadline, and no longer than the caller wants.
    private func pause(for pause: Duration, _ request: ProviderRequest, fate: Fate?) async throws(ProviderError) {
        let acceptance: Acceptance = fate == nil || fault == .falseRejection ? .rejected : .unknown
        let wanted = time.now + pause
        let limit = fault == .ignoredDeadline ? request.deadline + .seconds(5) : request.deadline
        do { try await time.sleep(until: min(wanted, limit)) } catch {
            throw ProviderError(.cancelled, acceptance, message: "cancelled")
        }
        if wanted > limit { throw ProviderError(.timedOut, acceptance, message: "no answer in time") }
    }

    private func take(_ request: ProviderRequest) -> ProviderReceipt {
        for _ in 0..<(fault == .doubledSend ? 2 : 1) {
            let visible = time.now + .milliseconds(draw(60_000))
            books += request.recipients.map {
                Entry(reference: request.reference, recipient: $0, isVisibleFrom: visible)
            }
        }
        return ProviderReceipt(vendorMessageID: request.reference)
    }

    /// Now and then the vendor dies for a while, and comes back.
    private func isDown() -> Bool {
        if let downUntil, time.now < downUntil { return true }
        downUntil = nil
        guard draw(2_000) == 0 else { return false }
        downUntil = time.now + .seconds(20 + draw(100))
        return true
    }

    func records(for query: StatusQuery) async throws(ProviderError) -> [StatusRecord] {
        let answered = time.now + .milliseconds(draw(300))
        do { try await time.sleep(until: min(answered, query.deadline)) } catch {
            throw ProviderError(.cancelled, .unknown, message: "cancelled")
        }
        if answered > query.deadline { throw ProviderError(.timedOut, .unknown, message: "look-up timed out") }
        if draw(10) == 0 || isDown() { throw ProviderError(.unreachable, .rejected, message: "look-up failed") }
        return books.filter { $0.recipient == query.recipient && $0.isVisibleFrom <= time.now }
            .map { StatusRecord(state: .pending, recipient: $0.recipient, reference: $0.reference) }
    }

    func preview(_ request: ProviderRequest) throws(ProviderError) -> RequestPreview {
        RequestPreview(destination: "nowhere", fields: [])
    }

    func shutdown() async {}

    /// Forgets what it took.
    func closeBooks() {
        books.removeAll(keepingCapacity: true)
        seen.removeAll(keepingCapacity: true)
    }

    // MARK: Chance

    private func draw(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    private func drawFate() -> Fate {
        var point = draw(Fate.allCases.reduce(0) { $0 + $1.weight })
        for fate in Fate.allCases {
            point -= fate.weight
            if point < 0 { return fate }
        }
        return .taken
    }
}

import Synchronization

/// Meets the vendors' limits per recipient here first: what would be refused there is refused before it is sent.
///
/// Numbers are not kept: a keyed hash of recipient and template or route stands for them, for as long as the longest window.
final class RecipientLimits: Sendable {
    /// The most recipients that are counted at a time: some 100 bytes each.
    static let standardCapacity = 1_000_000

    private let key: KeyedHash.Key
    private let table: Mutex<RecipientTable>

    init(key: KeyedHash.Key, capacity: Int = standardCapacity) {
        self.key = key
        table = Mutex(RecipientTable(capacity: capacity))
    }

    /// The limits of a message for one recipient.
    func limits(_ scopes: [RecipientScope], _ recipient: Recipient) -> [RecipientTable.Limit] {
        scopes.map { scope in
            var hash = KeyedHash(key)
            hash.add(scope.name)
            hash.add(recipient.address)
            return RecipientTable.Limit(key: hash.digest(), rates: scope.rates)
        }
    }

    /// The time until a recipient may get another message; `nil` where it may at once.
    func wait(_ scopes: [RecipientScope], _ recipient: Recipient, now: MonotonicTime) -> Duration? {
        let limits = limits(scopes, recipient)
        return table.withLock { $0.obstacle(limits, now: now) }.map { $0.allowed - now }
    }

    func begin(_ limits: [RecipientTable.Limit], now: MonotonicTime) -> ProviderError? {
        guard let (allowed, limit) = table.withLock({ $0.begin(limits, now: now) }) else { return nil }
        Metric.limiterRefusals.count("none", "recipient_limit")
        let rates = limit.rates.map(\.spelling).joined(separator: ", ")
        return ProviderError(
            .recipientLimit, .rejected,
            message: "this recipient got as many messages as recipient_limit (\(rates)) lets a person get; "
                + "allowed again in \((allowed - now).words)",
            retryAfter: allowed - now)
    }

    func end(_ limits: [RecipientTable.Limit], taken: Int, now: MonotonicTime) {
        table.withLock { $0.end(limits, taken: taken, now: now) }
    }
}

/// What is limited for each recipient by itself: a template or a route.
struct RecipientScope: Sendable {
    /// Tells it from all others; the same in the next configuration.
    var name: String
    var rates: [Rate]
}

/// The limits that the settings name, by the places of templates and routes.
struct RecipientScopes: Sendable {
    private let templates: [RecipientScope?]
    private let routes: [RecipientScope?]
    /// Whether there is no limit at all, so that most gateways pay nothing.
    let isEmpty: Bool

    init(_ settings: GatewaySettings) {
        templates = settings.templates.map {
            $0.recipientLimit.isEmpty ? nil : RecipientScope(name: "template \($0.name)", rates: $0.recipientLimit)
        }
        routes = settings.routes.map {
            $0.recipientLimit.isEmpty ? nil : RecipientScope(name: "route \($0.name)", rates: $0.recipientLimit)
        }
        isEmpty = templates.allSatisfy { $0 == nil } && routes.allSatisfy { $0 == nil }
    }

    /// Whether every count is small enough.
    static func isUsable(_ rates: [Rate]) -> Bool { rates.allSatisfy { $0.count <= Rate.mostForRecipient } }

    /// What is wrong with one that is not.
    static let fault = "has a recipient_limit of more than \(Rate.mostForRecipient); a person gets fewer messages"

    /// The limits of a message on a route.
    func scopes(template: Int?, route: Int) -> [RecipientScope] {
        [template.flatMap { templates[$0] }, routes[route]].compactMap { $0 }
    }
}

/// The recipients of a message that count as under way, by their places in the delivery.
struct RecipientHold: Sendable {
    private let limits: RecipientLimits
    private var held: [Int: [RecipientTable.Limit]] = [:]

    /// Takes out of a preparation whom a limit keeps from getting it, and counts the others as under way.
    init(
        _ preparation: inout Preparation, _ scopes: RecipientScopes, _ limits: RecipientLimits,
        routes: [CompiledRoute], now: MonotonicTime
    ) {
        self.limits = limits
        for index in preparation.batches.indices {
            let batch = preparation.batches[index]
            let scopes = scopes.scopes(template: preparation.message.template?.place, route: batch.route)
            guard !scopes.isEmpty else { continue }
            preparation.batches[index].places = []
            preparation.batches[index].recipients = []
            for (place, recipient) in zip(batch.places, batch.recipients) {
                let own = limits.limits(scopes, recipient)
                if let error = limits.begin(own, now: now) {
                    preparation.results[place].error = error
                    preparation.results[place].route = routes[batch.route].name
                } else {
                    held[place] = own
                    preparation.batches[index].places.append(place)
                    preparation.batches[index].recipients.append(recipient)
                }
            }
        }
        preparation.batches.removeAll { $0.recipients.isEmpty }
    }

    /// Counts what was taken, or may have been, and lets go of the rest.
    consuming func end(_ endings: some Sequence<BatchDriver.Ending>, now: MonotonicTime) {
        for ending in endings where ending.taken > 0 {
            for place in ending.places {
                guard let own = held.removeValue(forKey: place) else { continue }
                limits.end(own, taken: ending.taken, now: now)
            }
        }
        for own in held.values { limits.end(own, taken: 0, now: now) }
    }
}

extension Rate {
    /// The largest count of a limit per recipient: so many times are kept for each.
    public static let mostForRecipient = 1_000

    /// `5/h`, as in `providers.yaml`.
    public var spelling: String {
        switch period {
        case .seconds(1): "\(count)/s"
        case .seconds(60): "\(count)/min"
        case .seconds(3_600): "\(count)/h"
        case .seconds(86_400): "\(count)/day"
        default: "\(count) in \(period.words)"
        }
    }
}

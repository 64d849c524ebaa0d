/// The decision for a message without the sending: which route, which providers in order, which requests.
public struct Plan: Sendable {
    /// One provider of a route, as it would be asked.
    public struct Candidate: Sendable {
        /// The provider.
        public var provider: ProviderName
        /// The `type:` of its kind.
        public var type: String
        /// Why it stands at its place, where there is more to say than the strategy's name.
        public var why: String?
        /// Its circuits that are not closed: open providers stand last.
        public var health: ProviderHealth
        /// Its request, masked; `nil` when it would refuse.
        public var request: RequestPreview?
        /// The binding's fields that were chosen.
        public var binding: OptionValues
        /// What it is given at most, and how much of it is in use.
        public var limits: ProviderLimits
        /// Why it could not carry the message.
        public var refusal: ProviderError?
    }

    /// A recipient that got as many messages as a person may get.
    public struct HeldBack: Sendable, Hashable {
        /// Its place in ``Plan/recipients``.
        public var place: Int
        /// The time until a message is allowed again.
        public var retryAfter: Duration
    }

    /// Recipients that travel together.
    public struct Batch: Sendable {
        /// The route's place in the configuration, from 0.
        public var routeIndex: Int
        /// The route.
        public var route: RouteName
        /// Why this route: its conditions, in words.
        public var why: String
        /// How the candidates were ordered.
        public var strategy: Strategy
        /// The time that the message has.
        public var deadline: Duration
        /// Retries with the same provider.
        public var retries: Int
        /// What happens when acceptance is unknown.
        public var duplicates: Route.Duplicates
        /// How many messages a recipient may get: the template's limit, then the route's.
        public var recipientLimits: [Rate]
        /// Whom these limits keep from getting another message now. What earlier messages used is looked at and changes
        /// nothing else in the plan, which shows what comes when it is allowed.
        public var heldBack: [HeldBack]
        /// When the route disturbs nobody, for messages of this category.
        public var quietHours: QuietHours?
        /// The recipients' country.
        public var country: CountryCode?
        /// Places in ``Plan/recipients``.
        public var places: [Int]
        /// The providers in order.
        public var candidates: [Candidate]
    }

    /// The message's id.
    public var messageID: MessageID
    /// Why the message is sent.
    public var category: Category
    /// The path.
    public var channel: Channel
    /// The language.
    public var locale: LocaleTag?
    /// Whether messages leave the machine.
    public var mode: GatewaySettings.Mode
    /// One result for each distinct recipient: rejected with its reason, or as a dry run ends.
    public var recipients: [RecipientResult]
    /// Recipients that travel together.
    public var batches: [Batch]

    /// The requests that would be made, were each of them taken: one for each number for codes, else one for as many
    /// recipients as the provider takes.
    public var requests: [PlannedRequest]

    var asDelivery: Delivery {
        Delivery(messageID: messageID, mode: .dryRun, recipients: recipients, previews: requests)
    }
}

extension Gateway {
    /// Makes the same decisions as ``send(_:)`` without sending: for explaining and for dry runs.
    ///
    /// Routes are shown as their next message would find them, and their strategies are not moved on.
    public func plan(_ message: Message) -> Plan {
        let now = services.clock.now
        var preparation = prepare(message)
        let prepared = preparation.message
        var plan = Plan(
            messageID: prepared.id, category: prepared.category, channel: prepared.channel, locale: prepared.locale,
            mode: mode, recipients: [], batches: [], requests: [])
        for batch in preparation.batches {
            let (driver, piece) = drive(batch, of: preparation, now, advancing: false)
            let rehearsal = driver.rehearse(piece, now: now)
            for ending in rehearsal.endings {
                for place in ending.places { preparation.results[place].take(ending) }
            }
            for place in batch.places { preparation.results[place].route = routes[batch.route].name }
            plan.requests += rehearsal.requests
            plan.batches.append(self.plan(batch, driver, now))
        }
        plan.recipients = preparation.results
        return plan
    }

    private func plan(_ batch: Preparation.Batch, _ driver: BatchDriver, _ now: MonotonicTime) -> Plan.Batch {
        let route = routes[batch.route]
        let deadline = driver.message.limited(route.deadline(for: driver.message))
        let scopes = recipientScopes.scopes(template: driver.message.template?.place, route: batch.route)
        return Plan.Batch(
            routeIndex: batch.route, route: route.name, why: planner.router.rules[batch.route].words,
            strategy: route.strategy, deadline: deadline, retries: route.retries,
            duplicates: route.toleratesDuplicates ? .tolerate : .avoid,
            recipientLimits: scopes.flatMap(\.rates), heldBack: heldBack(batch, scopes, now),
            quietHours: quietHours[batch.route].flatMap {
                $0.categories.contains(driver.message.category) ? $0 : nil
            }, country: batch.country, places: batch.places,
            candidates: driver.candidates.indices.map { plan($0, batch, driver, now, now + deadline) })
    }

    private func heldBack(
        _ batch: Preparation.Batch, _ scopes: [RecipientScope], _ now: MonotonicTime
    ) -> [Plan.HeldBack] {
        guard !scopes.isEmpty else { return [] }
        return zip(batch.places, batch.recipients).compactMap { place, recipient in
            memory.recipientLimits.wait(scopes, recipient, now: now).map { Plan.HeldBack(place: place, retryAfter: $0) }
        }
    }

    /// A candidate's first request, were it the first to be asked.
    private func plan(
        _ place: Int, _ batch: Preparation.Batch, _ driver: BatchDriver, _ now: MonotonicTime,
        _ deadline: MonotonicTime
    ) -> Plan.Candidate {
        let provider = driver.candidates[place]
        var candidate = Plan.Candidate(
            provider: provider.name, type: provider.type,
            why: routes[batch.route].why(provider, for: batch.recipients[0]),
            health: provider.breakers.health(at: now, time: services.clock.wallTime), binding: OptionValues(),
            limits: provider.limits(now: now))
        do throws(ProviderError) {
            let request = try driver.request(
                provider, 1, Array(batch.recipients.prefix(driver.chunkSize(place))),
                batch.places, BatchDriver.reference(driver.message.id, 1), now, deadline)
            candidate.binding = request.content.binding
            candidate.request = try provider.provider.preview(request)
        } catch {
            candidate.refusal = error
        }
        return candidate
    }
}

extension Rule {
    /// The conditions in words, as `notify explain` shows them.
    public var words: String {
        var conditions: [String] = []
        func add(_ name: String, _ values: [String]) {
            if !values.isEmpty { conditions.append("\(name) is \(values.sorted().joined(separator: " or "))") }
        }
        add("channel", channels.map(\.rawValue))
        add("category", categories.map(\.rawValue))
        add("country", countries.map(\.rawValue))
        add("template", templates.map(\.rawValue))
        add("tag", tags.map(\.rawValue))
        add("prefix", recipientPrefixes.map { "+\($0)" })
        return conditions.isEmpty ? "the default route: it takes every message" : conditions.joined(separator: ", ")
    }
}

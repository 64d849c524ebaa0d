/// The decision for a message without the sending: which route, which providers in order, which requests.
public struct Plan: Sendable {
    /// One provider of a route, as it would be asked.
    public struct Candidate: Sendable {
        /// The provider.
        public var provider: ProviderName
        /// The `type:` of its kind.
        public var type: String
        /// Its request, masked; `nil` when it would refuse.
        public var request: RequestPreview?
        /// The binding's fields that were chosen.
        public var binding: OptionValues
        /// Why it could not carry the message.
        public var refusal: ProviderError?
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

    /// The requests that would be made first.
    var firstRequests: [PlannedRequest] {
        batches.compactMap { batch in
            let first = batch.candidates.first { $0.request != nil }
            return first.flatMap { candidate in
                candidate.request.map {
                    PlannedRequest(provider: candidate.provider, recipients: batch.places.count, preview: $0)
                }
            }
        }
    }

    var asDelivery: Delivery {
        Delivery(messageID: messageID, mode: .dryRun, recipients: recipients, previews: firstRequests)
    }

    var dryRunOutcome: Outcome { asDelivery.outcome }
}

extension Gateway {
    /// Makes the same decisions as ``send(_:)`` without sending: for explaining and for dry runs.
    ///
    /// Round-robin routes are shown as their next message would find them, and are not moved on.
    public func plan(_ message: Message) -> Plan {
        var preparation = planner.prepare(message, random: services.random)
        let prepared = preparation.message
        let batches = preparation.batches.map { plan($0, of: prepared) }
        for batch in batches {
            let chosen = batch.candidates.first { $0.request != nil }
            for place in batch.places {
                preparation.results[place].route = batch.route
                preparation.results[place].provider = chosen?.provider
                preparation.results[place].outcome = chosen == nil ? .rejected : .dryRun
                preparation.results[place].error = chosen == nil ? batch.candidates.last?.refusal : nil
            }
        }
        return Plan(
            messageID: prepared.id, category: prepared.category, channel: prepared.channel, locale: prepared.locale,
            mode: mode, recipients: preparation.results, batches: batches)
    }

    private func plan(_ batch: Preparation.Batch, of prepared: PreparedMessage) -> Plan.Batch {
        let route = routes[batch.route]
        let deadline = route.deadline(for: prepared)
        let candidates = route.order(random: services.random, advancing: false)
        return Plan.Batch(
            routeIndex: batch.route, route: route.name, why: planner.router.rules[batch.route].words,
            strategy: route.strategy, deadline: deadline, retries: route.retries,
            duplicates: route.toleratesDuplicates ? .tolerate : .avoid, country: batch.country, places: batch.places,
            candidates: candidates.map { plan($0, batch, prepared, deadline) })
    }

    private func plan(
        _ provider: ActiveProvider, _ batch: Preparation.Batch, _ prepared: PreparedMessage, _ deadline: Duration
    ) -> Plan.Candidate {
        var candidate = Plan.Candidate(provider: provider.name, type: provider.type, binding: OptionValues())
        let most = prepared.category == .verification ? 1 : provider.capabilities.maxRecipients
        do throws(ProviderError) {
            let content = try prepared.content(for: provider, country: batch.country)
            candidate.binding = content.binding
            candidate.request = try provider.provider.preview(
                ProviderRequest(
                    messageID: prepared.id, reference: BatchDriver.reference(prepared.id, 1),
                    recipients: Array(batch.recipients.prefix(most)), channel: prepared.channel,
                    category: prepared.category, content: content, deadline: services.clock.now + deadline))
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

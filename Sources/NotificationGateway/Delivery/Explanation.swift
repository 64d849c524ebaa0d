/// A plan, and why it is this one: for people who ask why a message goes where it goes.
///
/// Finding the nearest rules looks at every rule, which no send does; so a plan alone does not have them.
public struct Explanation: Sendable {
    /// A rule that did not match.
    public struct UnmatchedRule: Sendable, Hashable {
        /// The route's place in the configuration, from 0.
        public var routeIndex: Int
        /// The route.
        public var route: RouteName
        /// The first condition that the message did not meet, in words.
        public var failed: String
    }

    /// What follows a failure on a route, for the message's category.
    public struct PolicyRow: Sendable, Hashable {
        /// The failure's reason.
        public var reason: Reason
        /// What follows when the message was surely not taken.
        public var rejected: FallbackPolicy.Step
        /// What follows when it may have been taken.
        public var unknown: FallbackPolicy.Step
        /// Why, in words.
        public var why: String
        /// Whether the route itself says so, for one acceptance or both.
        public var isOverride: Bool
    }

    /// Why one batch travels as it does.
    public struct Batch: Sendable {
        /// How many rules stand before the one that matched, each of which did not.
        public var unmatchedCount: Int
        /// The nearest of them to matching this batch's first recipient: at most five, in the order of the configuration.
        public var nearest: [UnmatchedRule]
        /// For each candidate of the plan: which choice of the template's binding it fills, and why that one.
        public var bindings: [String]
        /// A row for each reason that a failure can have.
        public var policy: [PolicyRow]
    }

    /// A recipient that no route takes.
    public struct Unrouted: Sendable {
        /// Its place in ``Plan/recipients``.
        public var place: Int
        /// The rules that are nearest to matching: at most five, in the order of the configuration.
        public var nearest: [UnmatchedRule]
    }

    /// What would happen.
    public var plan: Plan
    /// Why, for each of the plan's batches.
    public var batches: [Batch]
    /// The first few recipients that no route takes.
    public var unrouted: [Unrouted]

    /// More rules, and more recipients without a route, than this help nobody.
    static let most = 5
}

extension Gateway {
    /// Makes the same decisions as ``plan(_:)`` and says why: the rules that did not match, the bindings, the policy.
    public func explain(_ message: Message) -> Explanation {
        let plan = plan(message)
        var name: TemplateName?
        if case .template(let given, _) = message.content { name = given }
        let question = Question(plan: plan, template: name.flatMap { planner.templates[$0] }, tags: message.tags)
        let unrouted = plan.recipients.indices.lazy
            .filter { plan.recipients[$0].route == nil && plan.recipients[$0].error?.reason == .configuration }
            .prefix(Explanation.most)
        return Explanation(
            plan: plan, batches: plan.batches.map { explain($0, question) },
            unrouted: unrouted.map { place in
                Explanation.Unrouted(place: place, nearest: nearest(question, place, before: routes.count))
            })
    }

    /// What the reasons are asked about.
    private struct Question {
        var plan: Plan
        /// `nil` for finished text.
        var template: CompiledTemplate?
        var tags: [Tag]
    }

    private func explain(_ batch: Plan.Batch, _ question: Question) -> Explanation.Batch {
        let policy = routes[batch.routeIndex].policy
        return Explanation.Batch(
            unmatchedCount: batch.routeIndex,
            nearest: batch.places.first.map { nearest(question, $0, before: batch.routeIndex) } ?? [],
            bindings: batch.candidates.map { candidate in
                guard let template = question.template else { return "none: the message is finished text" }
                return template.bindingWords(
                    for: candidate.provider, country: batch.country, locale: question.plan.locale)
            },
            policy: FallbackPolicy.standardRows.map { policy.explain($0, for: question.plan.category) })
    }

    /// The rules before a place that are nearest to matching a recipient: those with the fewest conditions unmet, and
    /// among equals those that stand last.
    private func nearest(_ question: Question, _ place: Int, before end: Int) -> [Explanation.UnmatchedRule] {
        guard let recipient = question.plan.recipients[place].recipient else { return [] }
        let subject = Router.Subject(
            channel: question.plan.channel, category: question.plan.category, country: recipient.country,
            template: question.template?.place, tags: question.tags, number: recipient.phoneNumber)
        let unmatched = planner.router.rules[..<end].enumerated().map { index, rule in
            (index: index, unmet: rule.unmet(by: subject, template: question.template?.name))
        }
        return unmatched.sorted { ($0.unmet.count, $1.index) < ($1.unmet.count, $0.index) }
            .prefix(Explanation.most).sorted { $0.index < $1.index }
            .map { rule in
                Explanation.UnmatchedRule(
                    routeIndex: rule.index, route: routes[rule.index].name, failed: rule.unmet.first ?? "")
            }
    }
}

extension FallbackPolicy {
    fileprivate func explain(_ row: Row, for category: Category) -> Explanation.PolicyRow {
        func following(_ acceptance: Acceptance) -> (step: Step, isOverride: Bool) {
            step(for: ProviderError(row.reason, acceptance, message: row.why), category: category)
        }
        let (rejected, unknown) = (following(.rejected), following(.unknown))
        let isOverride = rejected.isOverride || unknown.isOverride
        return Explanation.PolicyRow(
            reason: row.reason, rejected: rejected.step, unknown: unknown.step,
            why: isOverride ? "the route says so" : row.why, isOverride: isOverride)
    }
}

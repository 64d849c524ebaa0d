public import Logging
public import Tracing

/// Sends messages: finds the route, fills the template, asks the provider, and goes on to the next one when it must.
///
/// A gateway never changes. To put a new configuration in force, make a new gateway and send through that; messages in
/// flight finish on the one they started with. All methods may be called from any number of tasks.
public final class Gateway: Sendable {
    /// Whether messages leave the machine.
    public let mode: GatewaySettings.Mode
    let planner: MessagePlanner
    let routes: [CompiledRoute]
    let services: GatewayServices
    /// What must outlive this gateway: hand it to its successor.
    public let memory: GatewayMemory
    private let repeatWindow: Duration
    let recipientScopes: RecipientScopes
    /// By the places of routes.
    let quietHours: [Int: QuietHours]
    let providers: [ActiveProvider]
    /// The turns that providers share.
    let sharedTurns: [RateLimitKey: RateSchedule]
    /// Which configured provider each of them is.
    let identities: [GatewaySettings.ConfiguredProvider.Identity]
    private let counters = MessageCounters()

    /// Makes a gateway.
    ///
    /// - Parameters:
    ///   - settings: Everything that decides where messages go.
    ///   - previous: The gateway that this one follows: providers that the settings of both hold, as copies of one value,
    ///     go on with their rate limits, their health and what is known of their speed; routes of the same name, strategy and
    ///     candidates go on where their turns are.
    ///   - clock: Where it reads the time.
    ///   - random: Where ids, pauses and weighted draws come from.
    ///   - logger: Attempts are logged at `debug`, dry runs at `info`, unhealthy providers at `error` or, where they recover by
    ///     themselves, below; always masked.
    ///   - tracer: Collects a span for each send and attempt.
    ///   - memory: That of the gateway before this one; a new one where there was none.
    /// - Throws: ``InvalidSettings`` with every contradiction in the settings.
    public init(
        _ settings: GatewaySettings, following previous: Gateway? = nil, clock: any GatewayClock = SystemClock(),
        random: any RandomSource = SystemRandom(), logger: Logger = Logger(label: "notify"),
        tracer: any Tracer = InstrumentationSystem.tracer, memory: GatewayMemory? = nil
    ) throws(InvalidSettings) {
        let faults = settings.faults()
        guard faults.isEmpty else { throw InvalidSettings(faults: faults) }
        mode = settings.mode
        repeatWindow = settings.repeatWindow
        recipientScopes = RecipientScopes(settings)
        quietHours = Dictionary(
            uniqueKeysWithValues: settings.routes.enumerated().compactMap { place, route in
                route.quietHours.map { (place, $0) }
            })
        self.memory = memory ?? previous?.memory ?? GatewayMemory(clock: clock)
        let turns = settings.sharedTurns(following: previous, now: clock.now)
        sharedTurns = turns
        let providers = settings.providers.map {
            previous?.provider(like: $0)
                ?? ActiveProvider($0, clock: clock, sharing: $0.rateLimitKey.flatMap { turns[$0] })
        }
        let byName = Dictionary(providers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.providers = providers
        identities = settings.providers.map(\.identity)
        let former = Dictionary(
            (previous?.routes ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        routes = settings.routes.map { CompiledRoute($0, providers: byName, following: former[$0.name]) }
        let templates = settings.templates.enumerated().map { CompiledTemplate($1, place: $0) }
        planner = MessagePlanner(
            defaultCountry: settings.defaultCountry, defaultLocale: settings.defaultLocale,
            templates: Dictionary(uniqueKeysWithValues: templates.map { ($0.name, $0) }),
            router: Router(
                settings.routes.map(\.rule),
                places: Dictionary(uniqueKeysWithValues: templates.map { ($0.name, $0.place) })))
        services = GatewayServices(
            clock: clock, random: random, logger: logger, tracer: tracer is NoOpTracer ? nil : tracer)
    }

    /// Sends a message, and says what became of it for each recipient.
    ///
    /// Never throws: whatever goes wrong is an outcome with its reason. Ends within the deadline of the message, its route or
    /// its category. Cancelling the calling task ends the send promptly; the delivery then says what is known.
    ///
    /// A message with an id is sent once within ``GatewaySettings/repeatWindow``. A second call with the same id joins the first
    /// while it runs, and gets the kept delivery later; its recipients are in the order of the first call. With another
    /// content or other recipients it is refused as `invalidRequest`. A message that surely nobody took may be sent again
    /// under its id. Cancelling one of several joined calls ends that call alone, outcome uncertain.
    public func send(_ message: Message) async -> Delivery {
        guard services.isTraced, let tracer = services.tracer else { return await carry(message) }
        return await tracer.withSpan("notify.send") { span in
            let delivery = await carry(message)
            span.attributes["notify.message_id"] = delivery.messageID.rawValue
            span.attributes["notify.outcome"] = delivery.outcome.rawValue
            if delivery.outcome.severity > 0 { span.setStatus(SpanStatus(code: .error)) }
            return delivery
        }
    }

    @inline(__always)
    private func carry(_ message: Message) async -> Delivery {
        guard mode == .live else { return dryRun(message) }
        guard let id = message.id, repeatWindow > .zero else { return await deliver(message) }
        return await memory.repeats.deliver(
            RepeatWindow.Call(
                message: message, id: id, window: repeatWindow, defaultCountry: planner.defaultCountry,
                logger: services.logger, send: { await self.deliver(message) }))
    }

    @inline(__always)
    private func deliver(_ message: Message) async -> Delivery {
        let started = services.clock.now
        var preparation = prepare(message)
        keepQuiet(&preparation)
        let hold = hold(&preparation, started)
        // One batch is the common case and needs no group of tasks.
        guard preparation.batches.count == 1 else {
            let result = await carry(preparation, started)
            return delivery(of: consume preparation, result.endings, result.attempts, hold)
        }
        let (driver, piece) = drive(preparation.batches[0], of: preparation, started, advancing: true)
        switch await driver.run(piece) {
        case .ended(let ending, let attempts):
            return delivery(of: consume preparation, CollectionOfOne(ending), attempts, hold)
        case .parted(let pieces, let attempts):
            let result = await driver.finish(pieces, after: attempts)
            return delivery(of: consume preparation, result.endings, result.attempts, hold)
        }
    }

    /// Carries several batches side by side. Never inlined: a group's room would burden every message.
    @inline(never)
    private func carry(_ preparation: Preparation, _ started: MonotonicTime) async -> BatchDriver.Result {
        await withTaskGroup(of: BatchDriver.Result.self) { group in
            for batch in preparation.batches {
                let (driver, piece) = drive(batch, of: preparation, started, advancing: true)
                group.addTask { await driver.finish([piece]) }
            }
            return await group.reduce(into: BatchDriver.Result()) { $0.add($1) }
        }
    }

    /// The time to the message's expiry, where it has one.
    func timeLeft(_ message: Message) -> Duration? {
        message.expires.map { $0.duration(since: services.clock.wallTime) }
    }

    /// Keeps back whom a limit protects, where there is any limit.
    private func hold(_ preparation: inout Preparation, _ now: MonotonicTime) -> RecipientHold? {
        guard !recipientScopes.isEmpty else { return nil }
        return RecipientHold(&preparation, recipientScopes, memory.recipientLimits, routes: routes, now: now)
    }

    /// Who carries a batch, and where it starts.
    func drive(
        _ batch: Preparation.Batch, of preparation: Preparation, _ started: MonotonicTime, advancing: Bool
    ) -> (BatchDriver, BatchDriver.Piece) {
        let message = preparation.message
        let route = routes[batch.route]
        let candidates = route.order(
            for: batch.recipients[0], random: services.random, advancing: advancing)
        let order = message.ordered(
            candidates, country: batch.country, random: services.random, now: started, advancing: advancing)
        let machine = AttemptMachine(
            category: message.category, policy: route.policy, candidateCount: candidates.count,
            retries: route.retries, toleratesDuplicates: route.toleratesDuplicates,
            deadline: started + message.limited(route.deadline(for: message)), now: started)
        let driver = BatchDriver(
            message: message, individualValues: preparation.individualValues, order: order, country: batch.country,
            services: services)
        return (driver, BatchDriver.Piece(places: batch.places, recipients: batch.recipients, machine: machine))
    }

    private func delivery(
        of preparation: consuming Preparation, _ endings: some Sequence<BatchDriver.Ending>, _ attempts: [Attempt],
        _ hold: RecipientHold?
    ) -> Delivery {
        hold?.end(endings, now: services.clock.now)
        // Taken out, not copied: each result holds a dozen references.
        var recipients: [RecipientResult] = []
        swap(&recipients, &preparation.results)
        for ending in endings {
            for place in ending.places { recipients[place].take(ending) }
        }
        for batch in preparation.batches {
            for place in batch.places { recipients[place].route = routes[batch.route].name }
        }
        let delivery = Delivery(
            messageID: preparation.message.id, mode: mode, recipients: recipients,
            attempts: attempts.count < 2 ? attempts : attempts.sorted { $0.number < $1.number })
        counters.count(delivery.outcome)
        return delivery
    }

    private func dryRun(_ message: Message) -> Delivery {
        let plan = plan(message)
        for request in plan.requests { services.log(request, plan.messageID) }
        let delivery = plan.asDelivery
        counters.count(delivery.outcome)
        return delivery
    }

    // MARK: Providers

    /// What each provider's last attempts told about it.
    public var health: [ProviderName: ProviderHealth] {
        let (now, time) = (services.clock.now, services.clock.wallTime)
        return Dictionary(
            providers.map { ($0.name, $0.breakers.health(at: now, time: time)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The provider of a name, for asking it about earlier messages.
    public func provider(_ name: ProviderName) -> (any MessageProvider)? {
        providers.first { $0.name == name }?.provider
    }

    /// Shuts the providers down, side by side: one that gives its sends in flight time does not keep the others waiting.
    /// Sends in flight may still finish; later ones are refused by their providers.
    public func shutdown() async { await shutdown(sparing: []) }
}

extension RecipientResult {
    mutating func take(_ ending: BatchDriver.Ending) {
        outcome = ending.outcome
        provider = ending.provider
        vendorMessageID = ending.outcome == .accepted ? ending.vendorMessageID : nil
        error = ending.outcome == .accepted ? nil : ending.error.value
    }
}

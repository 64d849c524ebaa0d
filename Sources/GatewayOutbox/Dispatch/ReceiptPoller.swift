public import NotificationGateway

/// Asks vendors what became of messages that they took, where they do not say so of their own accord.
///
/// Every entry in `accepted` is asked about at some ages, until there is a receipt for each of its recipients. Nothing is kept of
/// that: a place in the order of acceptance for each age is enough, and who begins anew goes on with what comes to an age from
/// then on. Of messages that came to their last age meanwhile, those of the last ``Options/catchUp`` are asked about too.
///
///     let poller = ReceiptPoller(store: store) { gateway.provider($0)?.statusLookup }
///     await poller.run()      // until its task is cancelled
public actor ReceiptPoller {
    /// How a poller works.
    public struct Options: Sendable {
        /// How long after its acceptance a message is asked about, ascending.
        public var ages: [Duration]
        /// The time between two questions, whatever they are about: vendors limit how often one may ask.
        public var pause: Duration
        /// The time between two looks into the store.
        public var round: Duration
        /// How far back the first look goes.
        public var catchUp: Duration

        /// Describes options; the ages by default are those at which carriers' receipts usually come.
        public init(
            ages: [Duration] = [
                .seconds(60), .seconds(300), .seconds(1_800), .seconds(7_200), .seconds(43_200), .seconds(86_400),
                .seconds(172_800),
            ],
            pause: Duration = .milliseconds(200), round: Duration = .seconds(10), catchUp: Duration = .seconds(86_400)
        ) {
            self.ages = ages
            self.pause = pause
            self.round = round
            self.catchUp = catchUp
        }
    }

    /// To more recipients than this a message is not asked about: the questions would keep all others waiting.
    public static let mostRecipients = 100
    private static let page = 100

    private let store: any OutboxStore
    private let lookup: @Sendable (ProviderName) async -> (any StatusLookup)?
    private let options: Options
    private let clock: any GatewayClock
    private let report: @Sendable (OutboxStoreError) -> Void
    private var places: [AcceptancePlace]

    /// Makes a poller.
    ///
    /// - Parameters:
    ///   - lookup: how to ask a provider; `nil` for one that cannot be asked, or need not be.
    ///   - report: hears of every trouble with the store; the poller itself tries again.
    public init(
        store: any OutboxStore, options: Options = Options(), clock: any GatewayClock = SystemClock(),
        report: @escaping @Sendable (OutboxStoreError) -> Void = { _ in },
        lookup: @escaping @Sendable (ProviderName) async -> (any StatusLookup)?
    ) {
        self.store = store
        self.options = options
        self.clock = clock
        self.report = report
        self.lookup = lookup
        let now = clock.wallTime
        places = options.ages.enumerated().map { place, age in
            let isLast = place == options.ages.count - 1
            return AcceptancePlace(time: now + (.zero - age - (isLast ? options.catchUp : .zero)))
        }
    }

    /// Asks, round after round, until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            await round()
            do { try await clock.sleep(until: clock.now + options.round) } catch { return }
        }
    }

    /// Asks about everything that has come to one of the ages; returns how many questions that took.
    @discardableResult
    func round() async -> Int {
        var questions = 0
        for index in options.ages.indices {
            do throws(OutboxStoreError) {
                while !Task.isCancelled {
                    let end = clock.wallTime + (.zero - options.ages[index])
                    let entries = try await store.accepted(after: places[index], until: end, limit: Self.page)
                    for entry in entries {
                        questions += try await ask(about: entry)
                        places[index] = AcceptancePlace(of: entry)
                    }
                    guard entries.count < Self.page else { continue }
                    // Otherwise the next look would read again whatever else has happened since the last one.
                    places[index] = max(places[index], AcceptancePlace(time: end))
                    break
                }
            } catch {
                report(error)
            }
        }
        return questions
    }

    private func ask(about entry: OutboxEntry) async throws(OutboxStoreError) -> Int {
        let waiting = (entry.result?.recipients ?? []).filter {
            $0.receipt == nil && $0.outcome == Outcome.accepted.rawValue
        }
        guard waiting.count <= Self.mostRecipients else { return 0 }
        var questions = 0
        for outcome in waiting {
            guard let provider = outcome.provider.map(ProviderName.init(rawValue:)),
                let recipient = try? Recipient(outcome.address, channel: entry.message.channel),
                let lookup = await lookup(provider)
            else { continue }
            questions += 1
            let query = StatusQuery(
                reference: entry.id.rawValue, recipient: recipient, sentAt: entry.changedAt,
                deadline: clock.now + Inquiry.timeForAnswer)
            // Who gives no answer is asked again at the next age.
            let records = (try? await lookup.records(for: query)) ?? []
            for record in records where Inquiry.isReference(record.reference, of: entry.id) {
                guard let receipt = DeliveryReceipt(record, of: provider, now: clock.wallTime) else { continue }
                _ = try await store.receive(receipt, now: clock.wallTime)
            }
            do { try await clock.sleep(until: clock.now + options.pause) } catch { break }
        }
        return questions
    }
}

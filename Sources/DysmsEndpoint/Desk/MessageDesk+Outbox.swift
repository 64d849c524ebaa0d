public import GatewayOutbox
public import NotificationGateway

extension MessageDesk {
    /// Most entries that one question looks through; a number that got more on a day has a shorter list.
    static let mostScanned = 2_000

    /// A desk on an outbox.
    ///
    ///     MessageDesk(
    ///         submit: { try await dispatcher.submit($0) }, store: store, examine: { gateway.examine($0) })
    ///
    /// - Parameters:
    ///   - submit: keeps submissions, all or none, as ``GatewayOutbox/OutboxDispatcher`` does.
    ///   - store: where they are found again.
    ///   - examine: what is wrong with a message itself, as ``NotificationGateway/Gateway/examine(_:)`` says: so that the caller
    ///     is told at once, as the vendor would.
    public init(
        submit: @escaping @Sendable ([Submission]) async throws(OutboxStoreError) -> [SubmissionAnswer],
        store: any OutboxStore, examine: @escaping @Sendable (Message) async -> Examination
    ) {
        self.init(
            submit: { submission throws(DeskRefusal) in
                for message in submission.messages {
                    if let fault = await examine(message).faults.first { throw .faulty(fault.reason) }
                }
                do throws(OutboxStoreError) {
                    let answers = try await submit(submission.outboxSubmissions)
                    return answers.allSatisfy(\.isNew) ? .taken : .repeated
                } catch {
                    return try Self.answer(error)
                }
            },
            history: { query throws(DeskRefusal) in
                do throws(OutboxStoreError) { return try await Self.page(query, of: store) } catch {
                    throw .unavailable
                }
            })
    }

    /// What a store's trouble means: nothing was taken.
    private static func answer(_ error: OutboxStoreError) throws(DeskRefusal) -> DeskAnswer {
        // The identity is another submission's, whose nonce this one carries.
        if error == .conflict { return .repeated }
        throw .unavailable
    }

    private static func page(_ query: HistoryQuery, of store: any OutboxStore) async throws(OutboxStoreError)
        -> HistoryPage
    {
        let filter = EntryFilter(
            tenant: query.tenant, recipient: .phone(query.recipient), submittedFrom: query.from,
            submittedBefore: query.before)
        var page = HistoryPage(total: 0, records: [])
        var cursor: EntryCursor?
        var scanned = 0
        while scanned < mostScanned {
            let entries = try await store.entries(matching: filter, .oldestFirst, after: cursor, limit: 100)
            for entry in entries {
                guard let echo = entry.reference.flatMap(SubmissionEcho.init(text:)),
                    query.bizID == nil || query.bizID == echo.bizID
                else { continue }
                if page.total >= query.offset, page.records.count < query.limit {
                    page.records.append(HistoryRecord(entry, to: query.recipient, echo: echo))
                }
                page.total += 1
            }
            guard let last = entries.last else { break }
            cursor = last.cursor
            scanned += entries.count
        }
        return page
    }
}

extension DeskSubmission {
    fileprivate var outboxSubmissions: [Submission] {
        zip(messages, echoes).enumerated().map { place, part in
            Submission(
                part.0, tenant: tenant,
                idempotency: Idempotency(
                    key: IdempotencyKey(rawValue: identity.idempotencyKey(place)), fingerprint: fingerprint),
                reference: part.1.text, isFoundByRecipient: true)
        }
    }
}

extension HistoryRecord {
    /// What an entry says of one of its recipients.
    init(_ entry: OutboxEntry, to recipient: PhoneNumber, echo: SubmissionEcho) {
        let address = recipient.e164
        let outcomes = entry.result?.recipients ?? []
        // Of one recipient the vendor's spelling may stand there, when its receipt came before the send was written down.
        let isOnly = entry.message.recipients.count == 1 && outcomes.count == 1
        let outcome = outcomes.first { isOnly || $0.address == address }
        self.init(
            state: State(entry.state, outcome), echo: echo,
            parameters: entry.message.parameters(for: .recipient(.phone(recipient))), submittedAt: entry.submittedAt,
            endedAt: outcome?.receipt?.time)
    }
}

extension HistoryRecord.State {
    fileprivate init(_ state: EntryState, _ outcome: SendResult.RecipientOutcome?) {
        if let receipt = outcome?.receipt {
            self =
                receipt.isDelivered
                ? .received(code: receipt.code ?? "DELIVERED") : .failed(code: receipt.code ?? "UNDELIVERED")
            return
        }
        switch state {
        case .queued, .scheduled, .sending, .waiting, .uncertain: self = .waiting
        case .expired: self = .failed(code: "EXPIRED")
        case .cancelled: self = .failed(code: "CANCELLED")
        case .delivered where outcome == nil: self = .received(code: "DELIVERED")
        case .accepted, .delivered, .undelivered, .rejected, .dead:
            // Of several recipients one may have been refused and the others taken.
            guard outcome?.outcome == Outcome.rejected.rawValue || (outcome == nil && state != .accepted) else {
                self = .waiting
                return
            }
            let reason = outcome?.reason.flatMap(Reason.init(rawValue:))
            self = .failed(code: reason.map { EndpointError($0).code } ?? EndpointError.systemError.code)
        }
    }
}

extension Message {
    /// The values of its template's parameters for one recipient.
    fileprivate func parameters(for address: Address) -> [String: String] {
        guard case .template(_, let common) = content else { return [:] }
        return common.merging(individualParameters[address] ?? [:]) { $1 }
    }
}

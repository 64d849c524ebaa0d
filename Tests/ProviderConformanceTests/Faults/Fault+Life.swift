import GatewayTestKit
import HTTPTransport
import NotificationGateway
import ProviderConformance

extension Fault {
    private static let lookup = ConformanceRule.named("status look-up")
    private static let receipts = ConformanceRule.named("receipts")
    private static let shutdown = ConformanceRule.named("shutdown")

    static let ofLife = ofQuestions + ofRecords + ofReceipts + ofShutdown

    private static let ofQuestions: [Fault] = [
        Fault("takes a vendor that cannot be reached for a no", breaks: lookup) {
            $0.answersNothing { $0 == .unreachable }
        },
        Fault("takes a vendor that does not answer for a no", breaks: lookup) { $0.answersNothing { $0 == .timedOut } },
        Fault("takes an answer that it cannot read for a no", breaks: lookup) {
            $0.answersNothing { $0 == .invalidAnswer }
        },
        Fault("asks without a time limit", breaks: lookup) {
            $0.records = { lookup, query throws(ProviderError) in try await lookup.ask(query, hasLimit: false) }
        },
        Fault("calls it a failure when the vendor knows nothing", breaks: lookup) {
            $0.records = { lookup, query throws(ProviderError) in
                let records = try await lookup.ask(query)
                guard records.isEmpty else { return records }
                throw ProviderError(.invalidRequest, .rejected, message: "not found")
            }
        },
    ]

    private static let ofRecords: [Fault] = [
        Fault("finds nothing", breaks: lookup) { $0.finds { _, _ in [] } },
        Fault("finds whatever it is asked for", breaks: lookup) {
            $0.finds { _, query in [StatusRecord(state: .delivered, reference: query.reference)] }
        },
        Fault("calls what the vendor does not know undelivered", breaks: lookup) {
            $0.finds { records, query in
                records.isEmpty ? [StatusRecord(state: .failed, reference: query.reference)] : records
            }
        },
        Fault("loses the reference of what it finds", breaks: lookup) {
            $0.finds { records, _ in
                records.map { StatusRecord(state: $0.state, recipient: $0.recipient, reference: nil) }
            }
        },
        Fault("finds what somebody else got", breaks: lookup) {
            $0.finds { records, query in
                records + [StatusRecord(state: .delivered, recipient: SampleRequests.stranger, reference: "other-1")]
            }
        },
    ]

    private static let ofReceipts: [Fault] = [
        Fault("reads no receipts though the vendor posts them", breaks: receipts) { $0.receiptReader = nil },
        Fault("takes an undelivered message for delivered", breaks: receipts) {
            $0.reads { records, _ in for place in records.indices { records[place].state = .delivered } }
        },
        Fault("loses the reference of a receipt", breaks: receipts) {
            $0.reads { records, _ in for place in records.indices { records[place].reference = nil } }
        },
        Fault("loses the recipient of a receipt", breaks: receipts) {
            $0.reads { records, _ in for place in records.indices { records[place].recipient = nil } }
        },
        Fault("reads the first receipt of a post alone", breaks: receipts) {
            $0.reads { records, _ in records = Array(records.prefix(1)) }
        },
        Fault("takes whatever is posted for a receipt", breaks: receipts) {
            $0.reads(halves: true) { records, text in
                if records.isEmpty, !text.isEmpty {
                    records = [StatusRecord(state: .delivered, recipient: SampleRequests.stranger, reference: text)]
                }
            }
        },
        Fault("leaves the vendor without an answer", breaks: receipts) {
            $0.receiptReader = ModelReceipts(acknowledgement: ReceiptAcknowledgement(contentType: "", body: ""))
        },
    ]

    private static let ofShutdown: [Fault] = [
        Fault("lives on after its shutdown", breaks: shutdown) { $0.shutdown = { _ in } },
        Fault("leaves open what became of a message after its shutdown", breaks: shutdown) {
            $0.error = { if $1.failure?.cause == .shutDown { $0.acceptance = .unknown } }
        },
        Fault("takes a message after its shutdown for accepted", breaks: shutdown) {
            $0.acceptance = { $0.failure?.cause == .shutDown }
        },
        Fault("says good-bye to the vendor", breaks: shutdown) {
            $0.shutdown = { transport in
                if let line = transport as? ScriptedTransport, !line.isShutDown {
                    let before = line.requests.count
                    Task { try await line.execute(HTTPRequest(method: .post, url: ModelProvider.url)) }
                    await line.waitForRequests(before + 1)
                }
                await transport.shutdown(grace: .zero)
            }
        },
    ]

    static let endlessShutdown = Fault("never ends a second shutdown", breaks: shutdown) {
        let (isOver, patience) = (Memory(false), Duration.seconds(86_400))
        $0.shutdown = { transport in
            await transport.shutdown(grace: .zero)
            if isOver.exchange({ $0 = true }) { try? await Task.sleep(for: patience) }
        }
    }

    /// Not among `all`: nobody survives it.
    static let trapsOnSecondShutdown = Fault("traps on a second shutdown", breaks: shutdown) {
        let isOver = Memory(false)
        $0.shutdown = { transport in
            await transport.shutdown(grace: .zero)
            precondition(!isOver.exchange { $0 = true }, "shut down twice")
        }
    }
}

extension Tampering {
    /// Changes what is read of a post.
    fileprivate mutating func reads(
        halves: Bool = false, _ change: @escaping @Sendable (inout [StatusRecord], _ body: String) -> Void
    ) {
        receiptReader = ModelReceipts(change: change, takesHalves: halves)
    }

    /// Takes a failed question for the answer that there is no record.
    fileprivate mutating func answersNothing(_ isNothing: @escaping @Sendable (Reason) -> Bool) {
        records = { lookup, query throws(ProviderError) in
            do throws(ProviderError) { return try await lookup.ask(query) } catch {
                guard isNothing(error.reason) else { throw error }
                return []
            }
        }
    }

    /// Changes the records of an answered question.
    fileprivate mutating func finds(
        _ change: @escaping @Sendable ([StatusRecord], StatusQuery) -> [StatusRecord]
    ) {
        records = { lookup, query throws(ProviderError) in change(try await lookup.ask(query), query) }
    }
}

import HTTPTransport
import NotificationGateway
import ProviderConformance

extension Fault {
    private static let receipt = ConformanceRule.named("receipt")
    private static let unreadable = ConformanceRule.named("unreadable answers")
    private static let unanswered = ConformanceRule.named("unanswered requests")
    private static let concurrency = ConformanceRule.named("concurrency")

    static let ofOutcomes = ofReceipts + ofUnreadableAnswers + ofLostAnswers

    private static let ofReceipts: [Fault] = [
        Fault("loses the vendor's id", breaks: receipt) {
            $0.receipt = { receipt, _ in receipt.vendorMessageID = nil }
        },
        Fault("loses the vendor's id of the exchange", breaks: receipt) {
            $0.receipt = { receipt, _ in receipt.requestID = nil }
        },
        Fault("makes up an id of its own", breaks: receipt, concurrency) {
            $0.receipt = { $0.vendorMessageID = $1.reference }
        },
        Fault("takes one id for the other", breaks: receipt, concurrency) {
            $0.receipt = { receipt, _ in
                (receipt.vendorMessageID, receipt.requestID) = (receipt.requestID, receipt.vendorMessageID)
            }
        },
    ]

    private static let ofUnreadableAnswers: [Fault] = [
        Fault("takes any answer for acceptance", breaks: unreadable) {
            $0.acceptance = { $0.response?.status == 200 && $0.code == nil }
        },
        Fault("takes an empty answer for acceptance", breaks: unreadable) {
            $0.acceptance = { $0.response.map { $0.status == 200 && $0.body.isEmpty } ?? false }
        },
        Fault("takes an answer that breaks off for acceptance", breaks: unreadable) {
            $0.acceptance = { $0.response.map { ModelProvider.words(of: $0).first == "OK" } ?? false }
        },
        Fault("takes a proxy's page for acceptance", breaks: unreadable) {
            $0.acceptance = { $0.response.map { $0.status == 200 && $0.body.first == UInt8(ascii: "<") } ?? false }
        },
        Fault("calls an answer that it cannot read a refusal", breaks: unreadable) {
            $0.error = { if $1.response?.status == 200, $1.code == nil { $0.acceptance = .rejected } }
        },
        Fault("calls the page of a server that fails a refusal", breaks: unreadable) {
            $0.error = { if $1.response?.status == 503 { $0.acceptance = .rejected } }
        },
    ]

    /// Not among `all`: nobody survives it.
    static let trapsOnForeignBytes = Fault("traps on what is not UTF-8", breaks: unreadable) {
        $0.error = { _, about in
            let text = about.response.map { String(validating: $0.body, as: UTF8.self) }
            precondition(text != .some(nil), "vendors send UTF-8")
        }
    }

    private static let ofLostAnswers: [Fault] = [
        Fault("calls a lost answer a refusal", breaks: unanswered) {
            $0.error = { if let cause = $1.failure?.cause, cause != .cancelled { $0.acceptance = .rejected } }
        },
        Fault("calls half an answer a refusal", breaks: unanswered) {
            $0.error = { if $1.failure?.phase == .receiving { $0.acceptance = .rejected } }
        },
        Fault("does not know that a failed connection carried nothing", breaks: unanswered) {
            $0.error = { if $1.failure?.cause == .unreachable { $0.acceptance = .unknown } }
        },
        Fault("takes silence for acceptance", breaks: unanswered) {
            $0.acceptance = { $0.failure?.cause == .timedOut }
        },
        Fault("takes a closed connection for acceptance", breaks: unanswered) {
            $0.acceptance = { $0.failure?.cause == .connectionLost }
        },
    ]
}

import NotificationGateway

/// Reads what the made-up vendor posts: lines `reference number DELIVERED` or `… FAILED`, then `END`.
struct ModelReceipts: ReceiptReader {
    /// A fault in what is made of a post.
    var change: @Sendable (inout [StatusRecord], _ body: String) -> Void = { _, _ in }
    /// Whether a post without its end is read all the same.
    var takesHalves = false
    var acknowledgement = ReceiptAcknowledgement(contentType: "text/plain", body: "OK")

    static func post(_ records: [StatusRecord]) -> [UInt8] {
        let lines = records.map {
            "\($0.reference ?? "-") \($0.recipient?.address ?? "-") \($0.state == .delivered ? "DELIVERED" : "FAILED")"
        }
        return Array((lines + ["END"]).joined(separator: "\n").utf8)
    }

    func read(_ body: [UInt8]) throws(UnreadableReceipts) -> ReceiptPost {
        let text = String(decoding: body, as: UTF8.self)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.last == "END" || takesHalves else { throw UnreadableReceipts("expected lines and END") }
        lines.removeLast()
        var records = lines.compactMap { line -> StatusRecord? in
            let words = line.split(separator: " ")
            guard words.count == 3 else { return nil }
            return StatusRecord(
                state: words[2] == "DELIVERED" ? .delivered : .failed,
                recipient: try? Recipient(String(words[1]), channel: .sms), reference: String(words[0]))
        }
        change(&records, text)
        return ReceiptPost(records: records, unreadable: lines.count - records.count)
    }
}

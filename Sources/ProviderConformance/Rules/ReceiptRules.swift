import NotificationGateway

extension ConformanceRule {
    static let receipts = ConformanceRule(
        "receipts",
        "What the vendor posts is read whole, names the request and the recipient, and nothing else is taken for a receipt."
    ) { subject, findings in
        await findings.with(.accepts, subject) { bench, findings in
            guard bench.provider.receiptReader != nil || subject.receiptPost != nil else {
                return findings.omit("the vendor posts no receipts")
            }
            guard let reader = bench.provider.receiptReader else {
                return findings.expect(false, "the vendor posts receipts, but the provider does not read them")
            }
            guard let post = subject.receiptPost else {
                return findings.expect(false, "the provider reads receipts, but its subject does not write any")
            }
            checkRecords(reader, post, subject, &findings)
            checkOthers(reader, post, subject, &findings)
            findings.expect(
                !reader.acknowledgement.body.isEmpty && !reader.acknowledgement.contentType.isEmpty,
                "the vendor should be told that its receipts arrived, but the acknowledgement is empty")
        }
    }

    /// One record of each final state, for different people where there are such.
    private static func records(_ subject: ConformanceSubject) -> [StatusRecord] {
        [StatusRecord.State.delivered, .failed].enumerated().map { place, state in
            StatusRecord(
                state: state, recipient: subject.recipient(place), reference: "conformance-\(place + 1)",
                vendorMessageID: "vendor-id-\(place + 1)")
        }
    }

    private static func checkRecords(
        _ reader: any ReceiptReader, _ post: ([StatusRecord]) -> [UInt8], _ subject: ConformanceSubject,
        _ findings: inout Findings
    ) {
        let told = records(subject)
        let read = (try? reader.read(post(told)))?.records ?? []
        findings.expect(
            read.count == told.count,
            "a post of \(told.count) receipts should be read as so many, but \(read.count) came")
        for (told, read) in zip(told, read) {
            findings.expect(
                read.state == told.state, "a receipt of \(told.state.rawValue) was read as \(read.state.rawValue)")
            findings.expect(
                read.recipient == told.recipient, "a receipt should name its recipient, but it names nobody or another")
            findings.expect(
                read.reference == told.reference || read.vendorMessageID == told.vendorMessageID,
                "a receipt should name the request by its reference or the vendor's id, but it names neither")
        }
    }

    /// Whatever comes: it is refused, or what is read of it stood in it.
    private static func checkOthers(
        _ reader: any ReceiptReader, _ post: ([StatusRecord]) -> [UInt8], _ subject: ConformanceSubject,
        _ findings: inout Findings
    ) {
        let told = records(subject)
        let whole = post(told)
        var others: [(name: String, body: [UInt8])] = [
            ("an empty post", []), ("a post of zeros", [UInt8](repeating: 0, count: 64)),
            ("a post that is not UTF-8", [0xFF, 0xFE, 0xC3, 0x28]),
            ("a post of another form", Array("<html><body>404</body></html>".utf8)),
            ("a deeply nested post", [UInt8](repeating: UInt8(ascii: "["), count: 100_000)),
        ]
        for length in [1, whole.count / 4, whole.count / 2, whole.count - 1] where length < whole.count {
            others.append(("a post cut off after \(length) bytes", Array(whole.prefix(max(0, length)))))
        }
        for (name, body) in others {
            let read = (try? reader.read(body))?.records ?? []
            let isTold = read.allSatisfy { record in
                told.contains { $0.state == record.state && $0.recipient == record.recipient }
            }
            findings.expect(isTold, "\(name) holds no such receipt, but one was read")
        }
    }
}

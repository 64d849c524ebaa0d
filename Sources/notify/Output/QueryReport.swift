import NotificationGateway

/// What a vendor knows about messages.
struct QueryReport: Encodable {
    struct Record: Encodable {
        var to: String?
        var state: String
        var reference: String?
        var vendor_code: String?
        var sent_at: String?
        var received_at: String?
        var template: String?
        var text: String?
    }

    struct Failure: Encodable {
        var reason: String
        var vendor_code: String?
        var message: String
        var vendor_message: String
    }

    var provider: String
    var records: [Record] = []
    var error: Failure?

    init(provider: String, _ result: Result<[StatusRecord], ProviderError>) {
        self.provider = provider
        switch result {
        case .success(let found): records = found.map(Record.init)
        case .failure(let failure):
            error = Failure(
                reason: failure.reason.rawValue, vendor_code: failure.vendorCode?.rawValue,
                message: failure.message, vendor_message: failure.message)
        }
    }

    var lines: [String] {
        if let error {
            return [
                Console.paint("failed    ", .red)
                    + Console.wrap(
                        Console.safe(
                            "\(error.reason)\(error.vendor_code.map { " \($0)" } ?? ""): \(error.message)"),
                        indent: 10, width: 70)
            ]
        }
        if records.isEmpty { return ["no record: the vendor knows no such message, or not yet"] }
        return records.map { record in
            let parts = [record.to, record.reference, record.vendor_code, record.sent_at, record.received_at]
            let text = record.state.padded(to: 10) + parts.compactMap(\.self).joined(separator: "  ")
            return Console.wrap(Console.safe(text), indent: 10)
        }
    }
}

extension QueryReport.Record {
    init(_ record: StatusRecord) {
        self.init(
            to: record.recipient?.address, state: record.state.rawValue, reference: record.reference,
            vendor_code: record.vendorCode?.rawValue, sent_at: record.sentAt, received_at: record.receivedAt,
            template: record.template, text: record.text)
    }
}

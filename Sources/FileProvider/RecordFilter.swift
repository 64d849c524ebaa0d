import Glibc
import NotificationGateway

/// Picks the records that a query looks for out of lines that nobody vouches for.
struct RecordFilter: Sendable {
    private let query: StatusQuery
    /// Bytes that every fitting line holds: looking for them is cheaper than reading the line.
    private let needle: [UInt8]
    private let earliest: String
    private let latest: String

    init(_ query: StatusQuery) {
        self.query = query
        var needle: [UInt8] = []
        if let reference = query.reference { JSONValue.appendEscaped(reference, to: &needle) }
        self.needle = needle
        earliest = query.sentAt.advanced(by: -86_400).timestamp
        latest = query.sentAt.advanced(by: 86_400).timestamp
    }

    /// The records of a line: one for each recipient that the query could mean; none for a line that does not fit.
    func records(in line: ArraySlice<UInt8>) -> [StatusRecord] {
        guard mayFit(line), let value = try? JSONReader.value(line),
            let reference = value["reference"]?.string, query.matches(reference: reference),
            let addresses = value["recipients"]?.array?.compactMap(\.string), isOfTheDay(value)
        else { return [] }
        let record = StatusRecord(
            state: .delivered, reference: reference, sentAt: value["time"]?.string,
            receivedAt: value["time"]?.string, template: value["template"]?.string, text: Self.text(value))
        let channel = value["channel"]?.string.flatMap(Channel.init(rawValue:))
        return addresses.compactMap { address in self.record(record, address, channel) }
    }

    private func mayFit(_ line: ArraySlice<UInt8>) -> Bool {
        guard !needle.isEmpty else { return true }
        return line.withUnsafeBytes { line in
            var rest = line[...]
            // `memchr` leaps to the candidates; reading every line as JSON costs ten times as much.
            while rest.count >= needle.count, let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress,
                let found = memchr(base, Int32(needle[0]), rest.count - needle.count + 1)
            {
                rest = rest.dropFirst(UnsafeRawPointer(found) - base)
                if rest.starts(with: needle) { return true }
                rest = rest.dropFirst()
            }
            return false
        }
    }

    /// A reference is unique for ever; without one, only the day around the query's time is meant.
    private func isOfTheDay(_ value: JSONValue) -> Bool {
        guard query.reference == nil else { return true }
        guard let time = value["time"]?.string else { return false }
        return time >= earliest && time <= latest
    }

    private static func text(_ value: JSONValue) -> String? {
        guard let text = value["text"]?.string, text != MessageRecord.hidden else { return nil }
        return text
    }

    private func record(_ record: StatusRecord, _ address: String, _ channel: Channel?) -> StatusRecord? {
        var record = record
        if let wanted = query.recipient {
            if address == wanted.address {
                record.recipient = wanted
            } else if query.reference == nil || address != wanted.masked {
                // Ten thousand numbers share a mask: without the reference nobody can tell whose this is.
                return nil
            }
        } else if let channel, !address.contains("***") {
            record.recipient = try? Recipient(address, channel: channel)
        }
        return record
    }
}

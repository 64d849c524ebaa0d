import Foundation
import HTTPProviderSupport
import HTTPTransport
import NotificationGateway

/// What HTTP providers read with: JSON, header fields, pauses and dates, addresses, and words that are shown.
///
/// An input is written like an answer, as for ``VendorAnswers``.
enum HTTPParts {
    private static let now = WallTime(secondsSinceEpoch: 1_767_323_045)

    static func check(_ bytes: [UInt8]) throws(BrokenPromise) {
        let answer = HTTPResponse(fuzzed: bytes)
        try checkJSON(answer.body)
        try checkHeaders(answer.headers)
        let text = String(decoding: bytes, as: UTF8.self)
        try checkTimes(text)
        try checkWords(text)
        try checkCoding(text)
        try checkEndpoint(text)
    }

    // MARK: JSON

    private static func checkJSON(_ body: [UInt8]) throws(BrokenPromise) {
        guard let value = try? JSONValue(parsing: body) else { return }
        // Numbers that do not fit a double are no fault of the document.
        let other = try? JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed)
        if let other { try promise("others read the same", same(value, other), value) }
        var writer = ByteWriter()
        write(value, to: &writer)
        try promise(
            "what was read is read again when it is written",
            (try? JSONValue(parsing: writer.array)) == value, value)
        var reader = JSONReader(body)
        try promise(
            "what can be read can be passed over", (try? reader.skipValue()) != nil && (try? reader.finish()) != nil)
    }

    private static func same(_ ours: JSONValue, _ theirs: Any) -> Bool {
        switch ours {
        case .null: theirs is NSNull
        case .boolean(let value): (theirs as? Bool) == value
        case .number(let spelling): theirs is NSNumber && !spelling.isEmpty
        case .string(let text): (theirs as? String).map { $0.utf8.elementsEqual(text.utf8) } ?? false
        case .array(let elements):
            (theirs as? [Any]).map { $0.count == elements.count && zip(elements, $0).allSatisfy(same) } ?? false
        case .object(let members):
            (theirs as? [String: Any]).map { object in
                // Names that differ in their bytes alone may be one to others.
                object.count <= members.count
                    && members.allSatisfy { member in object[member.name].map { same(member.value, $0) } ?? false }
            } ?? false
        }
    }

    private static func write(_ value: JSONValue, to writer: inout ByteWriter) {
        switch value {
        case .null: writer.append("null")
        case .boolean(let isTrue): writer.append(isTrue ? "true" : "false")
        case .number(let spelling): writer.append(Array(spelling.utf8))
        case .string(let text): writer.appendJSONString(text)
        case .array(let elements):
            writer.append(UInt8(ascii: "["))
            for (place, element) in elements.enumerated() {
                if place > 0 { writer.append(UInt8(ascii: ",")) }
                write(element, to: &writer)
            }
            writer.append(UInt8(ascii: "]"))
        case .object(let members):
            writer.append(UInt8(ascii: "{"))
            for (place, member) in members.enumerated() {
                if place > 0 { writer.append(UInt8(ascii: ",")) }
                writer.appendJSONString(member.name)
                writer.append(UInt8(ascii: ":"))
                write(member.value, to: &writer)
            }
            writer.append(UInt8(ascii: "}"))
        }
    }

    // MARK: Header fields

    private static func checkHeaders(_ headers: HTTPHeaderBlock) throws(BrokenPromise) {
        for name in ["Retry-After", "Date", "", "x-acs-retry-after"] {
            guard let value = headers[name] else { continue }
            try promise(
                "a field's value is one line", !value.unicodeScalars.contains { $0 == "\r" || $0 == "\n" }, value)
            try promise(
                "space around a value is not part of it",
                value == value.trimmingCharacters(in: .init(charactersIn: " \t")))
        }
        if let pause = RetryAfter.pause(in: headers, now: now) { try check(pause) }
    }

    private static func check(_ pause: Duration) throws(BrokenPromise) {
        try promise("a pause lies between now and a year", pause >= .zero && pause <= RetryAfter.longest, pause)
    }

    private static func checkTimes(_ text: String) throws(BrokenPromise) {
        if let pause = RetryAfter.parse(text, now: now) { try check(pause) }
        if let pause = RetryAfter.parseMilliseconds(text) { try check(pause) }
        guard let time = HTTPDate.parse(text) else { return }
        let years = 0...253_402_300_799 as ClosedRange<Int64>
        try promise("a date lies between 1970 and 9999", years.contains(time.secondsSinceEpoch), text)
        let written = date(time)
        try promise(
            "a date that is written is read as itself", HTTPDate.parse(written) == time, "\(text) as \(written)")
    }

    /// RFC 9110, section 5.6.7.
    private static func date(_ time: WallTime) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.string(from: Date(timeIntervalSince1970: TimeInterval(time.secondsSinceEpoch)))
    }

    // MARK: Words

    private static func checkWords(_ text: String) throws(BrokenPromise) {
        var redaction = TextRedaction()
        redaction.hide("271828")
        guard let number = try? PhoneNumber(parsing: "+8613800138000") else { return }
        redaction.hide(number)
        for limit in [0, 1, 20, 500] {
            let shown = redaction.redact(text, limit: limit)
            try promise("what is shown keeps to its limit", shown.utf8.count <= limit + "…".utf8.count, shown)
            try promise(
                "what is hidden is not shown", !shown.contains("271828") && !shown.contains("13800138000"), shown)
            try promise("what is shown is one line", !shown.utf8.contains { $0 < 0x20 || $0 == 0x7F }, shown)
        }
    }

    private static func checkCoding(_ text: String) throws(BrokenPromise) {
        var writer = ByteWriter()
        writer.appendPercentEncoded(text)
        let coded = writer.string
        try promise(
            "what is encoded is plain", coded.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"&=+?#/".utf8.contains($0) },
            coded)
        try promise("what is encoded can be decoded", decoded(coded).elementsEqual(text.utf8), coded)
        var json = ByteWriter()
        json.appendJSONString(text)
        let read = try? JSONValue(parsing: json.array).string
        try promise(
            "a JSON string that is written is read", read.map { $0.utf8.elementsEqual(text.utf8) } ?? false, text)
    }

    /// Not Foundation's, which drops a byte order mark.
    private static func decoded(_ text: String) -> [UInt8] {
        var bytes = Array(text.utf8)[...]
        var decoded: [UInt8] = []
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "%"), let code = UInt8(String(decoding: bytes.prefix(2), as: UTF8.self), radix: 16)
            {
                decoded.append(code)
                bytes = bytes.dropFirst(2)
            } else {
                decoded.append(byte)
            }
        }
        return decoded
    }

    private static func checkEndpoint(_ text: String) throws(BrokenPromise) {
        guard let endpoint = try? HTTPEndpoint(text, option: "endpoint", allowPlainHTTP: false) else { return }
        let again = try? HTTPEndpoint(endpoint.origin, option: "endpoint", allowPlainHTTP: false)
        try promise("an endpoint that is written is read as itself", again == endpoint, endpoint)
        try promise(
            "an endpoint is a host that ends where it seems to",
            endpoint.authority.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/@?#\\%".utf8.contains($0) }, endpoint)
        let url = URL(string: endpoint.origin + "/")
        try promise(
            "others find the same host", url.flatMap { $0.host() }.map { endpoint.authority.contains($0) } ?? false,
            endpoint)
    }
}

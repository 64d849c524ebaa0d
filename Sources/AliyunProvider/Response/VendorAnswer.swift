import HTTPProviderSupport
import HTTPTransport

/// The envelope of an answer, as far as it can be read.
struct VendorAnswer: Sendable, Hashable {
    /// What the body turned out to be.
    enum Form: Sendable, Hashable {
        case json
        case xml
        /// A page of a proxy, a load balancer or a captive portal.
        case html
        case empty
        /// Not readable: no JSON object, cut off, not UTF-8, nested too deeply.
        case unreadable
    }

    var form: Form
    var code: String?
    var message: String?
    var requestID: String?
    var bizID: String?

    /// Reads a body without trusting it: whatever it holds, the worst result is `unreadable`.
    init(_ body: [UInt8]) {
        // Some gateways put a byte order mark before the document; it says nothing but "UTF-8". The reader of JSON passes
        // over it by itself, and a second one is part of no document.
        let document = body.starts(with: [0xEF, 0xBB, 0xBF]) ? body.dropFirst(3) : body[...]
        let first = document.first { $0 > 0x20 }
        switch first {
        case nil: self.init(form: .empty)
        case UInt8(ascii: "<"): self = XMLEnvelope.read(Array(document))
        default: self = (try? Self(json: body)) ?? Self(form: .unreadable)
        }
    }

    init(form: Form) {
        self.form = form
    }

    /// Only the members that are wanted become texts. One that stands twice makes the answer ambiguous, hence
    /// unreadable.
    private init(json body: [UInt8]) throws(JSONError) {
        form = .json
        var reader = JSONReader(body)
        var seen: UInt8 = 0
        try reader.beginObject()
        while let name = try reader.nextMember() {
            switch name {
            case "Code": code = try Self.read(1, &reader, &seen)
            case "Message": message = try Self.read(2, &reader, &seen)
            case "RequestId": requestID = try Self.read(4, &reader, &seen)
            case "BizId": bizID = try Self.read(8, &reader, &seen)
            default: try reader.skipValue()
            }
        }
        try reader.finish()
    }

    /// A member of another type counts as absent; a number keeps its spelling. `bit` stands for the member in `seen`.
    private static func read(
        _ bit: UInt8, _ reader: inout JSONReader, _ seen: inout UInt8
    ) throws(JSONError) -> String? {
        guard seen & bit == 0 else { throw JSONError(.duplicateName, at: 0) }
        seen |= bit
        return try reader.readValue().lenientText
    }
}

/// A complete answer of an HTTP server.
public struct HTTPResponse: Sendable {
    /// The status code as received, 100 to 999; not an enumeration, so an unknown one survives.
    public var status: Int
    /// The final header block as received.
    public var headers: HTTPHeaderBlock
    /// The body after content decoding.
    public var body: [UInt8]

    /// Describes an answer.
    public init(status: Int, headers: HTTPHeaderBlock = HTTPHeaderBlock(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// The raw header lines of an answer, searched only when somebody asks.
///
/// Most answers are read by their body alone, so splitting every line into strings would be work for nothing on the hot
/// path.
public struct HTTPHeaderBlock: Sendable {
    /// The lines as received, each ended by CR LF or LF; the status line may stand first.
    public var bytes: [UInt8]

    /// Wraps raw header lines.
    public init(bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    /// Builds a block from fields: for tests and for servers in process.
    public init(_ fields: [HTTPRequest.Header]) {
        bytes = Array(fields.map { "\($0.name): \($0.value)\r\n" }.joined().utf8)
    }

    /// The first value of a field, its surrounding space removed; names match without regard to case.
    public subscript(name: String) -> String? {
        let wanted = Array(name.utf8)
        for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            guard let colon = line.firstIndex(of: 0x3A), line[..<colon].elementsEqual(wanted, by: Self.sameLetter)
            else {
                continue
            }
            let value = line[line.index(after: colon)...].drop(while: Self.isSpace)
            let end = value.lastIndex(where: { !Self.isSpace($0) }).map { $0 + 1 } ?? value.startIndex
            return String(decoding: value[..<end], as: UTF8.self)
        }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func sameLetter(_ left: UInt8, _ right: UInt8) -> Bool { lowercase(left) == lowercase(right) }

    private static func lowercase(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}

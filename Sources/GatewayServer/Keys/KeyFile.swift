import MessageAuthentication
public import NotificationGateway

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Why a file of keys cannot be read or written; holds no key.
public enum KeyFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The system says no; says what and why.
    case failed(String)
    /// A line is no key.
    case malformed(path: String, line: Int)
    /// There is no key of this id.
    case unknownKey(KeyID)

    /// What is wrong.
    public var description: String {
        switch self {
        case .failed(let why): why
        case .malformed(let path, let line): "\(path):\(line): this is no API key as this version writes them"
        case .unknownKey(let id): "there is no API key '\(id)'"
        }
    }
}

/// The file of API keys: one JSON object a line, readable by its owner alone. It holds hashes of the keys, never the keys.
///
/// Each change writes a new file and puts it in the old one's place; who changes it at the same time waits.
public struct KeyFile: Sendable {
    /// A key that was just made.
    public struct Created: Sendable {
        /// What is kept of it.
        public var record: KeyRecord
        /// What its owner gets: shown once, and kept nowhere.
        public var text: Secret
    }

    /// The file.
    public let path: String

    /// Names a file, which need not be there yet.
    public init(_ path: String) { self.path = path }

    /// Makes a key.
    ///
    /// - Throws: ``KeyFileError/failed(_:)`` or ``KeyFileError/malformed(path:line:)``.
    public func create(
        _ grant: KeyRecord.Grant, clock: any GatewayClock = SystemClock(), random: any RandomSource = SystemRandom()
    ) throws(KeyFileError) -> Created {
        // What cannot be read again would take all other keys with it.
        guard grant.rate.map({ UnitParser.rate($0.spelling) == $0 }) ?? true else {
            throw .failed("the rate of a key is a number in a second, minute, hour or day, such as 100/s")
        }
        let (id, secret, text) = KeyText.make(random)
        let record = KeyRecord(
            id: id, hash: KeyText.hash(secret).hexLowercase, grant: grant, created: clock.wallTime, revoked: nil)
        try change { records throws(KeyFileError) in records.append(record) }
        return Created(record: record, text: Secret(text))
    }

    /// Ends a key; it stays in the list.
    ///
    /// - Throws: ``KeyFileError``.
    @discardableResult
    public func revoke(_ id: KeyID, clock: any GatewayClock = SystemClock()) throws(KeyFileError) -> KeyRecord {
        var revoked: KeyRecord?
        try change { records throws(KeyFileError) in
            guard let place = records.firstIndex(where: { $0.id == id }) else { throw .unknownKey(id) }
            records[place].revoked = records[place].revoked ?? clock.wallTime
            revoked = records[place]
        }
        guard let revoked else { throw .unknownKey(id) }
        return revoked
    }

    /// All keys, in the order in which they were made; none where there is no file.
    ///
    /// - Throws: ``KeyFileError``.
    public func list() throws(KeyFileError) -> [KeyRecord] {
        guard let bytes = try KeyFileSystem.read(path) else { return [] }
        var records: [KeyRecord] = []
        for (place, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        where !line.isEmpty {
            guard let record = KeyRecord(Array(line)) else { throw .malformed(path: path, line: place + 1) }
            records.append(record)
        }
        return records
    }

    private func change(_ body: (inout [KeyRecord]) throws(KeyFileError) -> Void) throws(KeyFileError) {
        let lock = try KeyFileSystem.lock(path + ".lock")
        defer { close(lock) }
        var records = try list()
        try body(&records)
        let bytes = records.flatMap { $0.document.serialized + [UInt8(ascii: "\n")] }
        try KeyFileSystem.replace(path, with: bytes)
    }
}

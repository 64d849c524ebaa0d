public import Logging
import MessageAuthentication
public import NotificationGateway
import Synchronization

/// The API keys in force: those of a file, which is read again when it has changed.
///
/// A book without a file is open to everybody who can reach the server; with one a key is needed, also while the file is empty,
/// lost or damaged. All methods may be called from any task.
public final class KeyBook: Sendable {
    private struct State {
        var records: [KeyID: KeyRecord]
        var mark: KeyFileSystem.Mark?
        var lastLook: MonotonicTime
        var buckets: [KeyID: TokenBucket] = [:]
    }

    /// Between two looks whether the file has changed.
    private static let pause = Duration.seconds(1)

    private let file: KeyFile?
    private let logger: Logger
    private let clock: any GatewayClock
    private let state: Mutex<State>

    /// Reads the keys for the first time.
    ///
    /// - Parameters:
    ///   - path: the file, which need not be there yet; `nil` for no keys at all.
    ///   - logger: hears of each reading.
    /// - Throws: ``KeyFileError`` when the file cannot be read.
    public init(
        path: String?, logger: Logger, clock: any GatewayClock = SystemClock()
    ) throws(KeyFileError) {
        file = path.map(KeyFile.init)
        self.logger = logger
        self.clock = clock
        let mark = path.flatMap(KeyFileSystem.mark)
        let records = try file?.list() ?? []
        state = Mutex(
            State(
                records: Self.index(records), mark: mark, lastLook: clock.now))
    }

    private static func index(_ records: [KeyRecord]) -> [KeyID: KeyRecord] {
        Dictionary(records.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
    }

    /// Whether there is no file of keys, so that none is asked for.
    public var isOpen: Bool { file == nil }

    /// Whether there is a key that opens anything now.
    public var hasActiveKey: Bool {
        let now = clock.wallTime
        return state.withLock { $0.records.values.contains { $0.isActive(at: now) } }
    }

    /// Reads the file again. One that is missing, emptied or damaged changes nothing, and is told to the log.
    public func reload() {
        state.withLock { state in
            state.lastLook = clock.now
            reload(&state)
        }
    }

    private func reload(_ state: inout State) {
        guard let file else { return }
        state.mark = KeyFileSystem.mark(file.path)
        do throws(KeyFileError) {
            let records = try file.list()
            // Nobody takes the last key out of a file on purpose: revoked ones stay in it.
            guard !records.isEmpty || state.records.isEmpty else {
                let what = state.mark == nil ? "is gone" : "has no key any more"
                return logger.error("The file of API keys \(what); the keys stay as they were")
            }
            state.records = Self.index(records)
            logger.info("API keys read", metadata: ["notify.keys": "\(records.count)"])
        } catch {
            logger.error(
                "The file of API keys cannot be read; the keys stay as they were", metadata: ["error": "\(error)"])
        }
    }

    private func lookAgain(_ state: inout State, _ now: MonotonicTime) {
        guard let file, now - state.lastLook >= Self.pause else { return }
        state.lastLook = now
        if KeyFileSystem.mark(file.path) != state.mark { reload(&state) }
    }

    // MARK: Callers

    /// Who calls with a value of `Authorization`.
    ///
    /// - Throws: a problem of kind `unauthorized`.
    func caller(_ authorization: String?) throws(Problem) -> Caller {
        if isOpen { return .anybody }
        let now = clock.now
        let (key, record) = state.withLock { state in
            lookAgain(&state, now)
            let key = authorization.flatMap(Self.bearer).flatMap(KeyText.read)
            return (key, key.flatMap { state.records[$0.id] })
        }
        guard authorization != nil else {
            throw Problem(.unauthorized, "give an API key as 'Authorization: Bearer ngk_…'")
        }
        guard let key else {
            throw Problem(.unauthorized, "Authorization has no API key, or one with a slip: its checksum is wrong")
        }
        // Also for an id that there is not: how long it takes must not tell.
        let isRight = KeyText.hash(key.secret).matches(Self.bytes(ofHex: record?.hash ?? Self.nobody))
        guard let record, isRight else { throw Problem(.unauthorized, "there is no such API key") }
        guard record.revoked == nil else { throw Problem(.unauthorized, "the API key was revoked") }
        guard record.isActive(at: clock.wallTime) else { throw Problem(.unauthorized, "the API key has expired") }
        return Caller(record)
    }

    private static let nobody = String(repeating: "0", count: 64)

    private static func bearer(_ authorization: String) -> Substring? {
        let scheme = "bearer "
        guard authorization.prefix(scheme.count).lowercased() == scheme else { return nil }
        return authorization.dropFirst(scheme.count).drop { $0 == " " }
    }

    private static func bytes(ofHex text: String) -> [UInt8] {
        let digits = Array(text.utf8)
        return stride(from: 0, to: digits.count - 1, by: 2).map { place in
            (digits[place].hexValue ?? 0) << 4 | (digits[place + 1].hexValue ?? 0)
        }
    }

    /// Takes so many requests out of a caller's rate; `nil` where it has none.
    ///
    /// - Throws: a problem of kind `tooManyRequests`.
    func spend(_ count: Int, by caller: Caller) throws(RateProblem) -> TokenBucket.Level? {
        guard let id = caller.key, let rate = caller.rate, count > 0 else { return nil }
        let now = clock.now
        let level = state.withLock { state in
            var bucket = state.buckets[id] ?? TokenBucket(rate, now: now)
            if bucket.rate != rate { bucket = TokenBucket(rate, now: now) }
            let level = bucket.take(count, now: now)
            state.buckets[id] = bucket
            return level
        }
        guard let wait = level.wait else { return level }
        throw RateProblem(
            problem: Problem(.tooManyRequests, "the key may ask \(rate.spelling)", retryAfter: wait), level: level)
    }
}

/// A refusal because of a key's rate, with the header fields that go with it.
struct RateProblem: Error {
    var problem: Problem
    var level: TokenBucket.Level
}

extension UInt8 {
    /// The value of a hexadecimal digit.
    var hexValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

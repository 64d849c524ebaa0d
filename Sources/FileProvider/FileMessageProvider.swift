import Logging
public import NotificationGateway

/// Writes every message as one JSON object on a line of a file.
///
/// | key | value |
/// | --- | --- |
/// | `time` | when it was recorded, UTC, RFC 3339 with milliseconds |
/// | `message_id` | the message's id |
/// | `reference` | the request's own id: the message id, a hyphen and a number |
/// | `attempt` | 1 for the first request to this provider, 2 for its first retry, … |
/// | `provider` | the provider's name in the configuration |
/// | `channel`, `category` | as in the configuration |
/// | `recipients` | the addresses; masked (`+86138****8000`) unless `reveal` |
/// | `template` | the logical template; missing for finished text |
/// | `locale` | the language; missing when the message names none |
/// | `parameters` | an object of the template's values; each `***` unless `reveal` |
/// | `text` | the finished text; `***` unless `reveal`, because it holds the values; missing when the template has none |
///
/// Several processes may append to the same file: lines stay whole, also when the disk is full. A half line that a crash left
/// is closed by a line break, not removed. What a failure tells:
///
/// | what happened | reason | acceptance |
/// | --- | --- | --- |
/// | the file cannot be opened, locked or written (full disk, vanished folder, …) | `storageFailed` | `rejected`: no part of the line is left |
/// | written, but with `fsync: always` the disk did not confirm it | `storageFailed` | `unknown`: the line is there and may survive |
/// | another process held the lock until the deadline, or earlier lines took until then | `timedOut` | `rejected` |
/// | cancelled | `cancelled` | `rejected` before the write began, else `unknown` |
///
/// `send` may be called from any number of tasks; a thread of its own does what blocks. A write that a dead network drive
/// holds up outlasts the deadline: only cancelling the task ends the call, with acceptance `unknown`.
public final class FileMessageProvider: MessageProvider {
    /// Every channel and both forms of content: it can end any route.
    public let capabilities = RecordKeeping.capabilities
    /// Finds the records in this file and its rotated predecessors.
    public let statusLookup: (any StatusLookup)?
    /// Nobody writes back.
    public var receiptReader: (any ReceiptReader)? { nil }
    private let settings: FileSettings
    private let context: ProviderContext
    let writer: LineWriter

    /// Makes a provider; the file is opened by the first message.
    public convenience init(_ settings: FileSettings, context: ProviderContext) {
        self.init(settings, context: context, calls: .real)
    }

    init(_ settings: FileSettings, context: ProviderContext, calls: SystemCalls) {
        self.settings = settings
        self.context = context
        statusLookup = FileStatusLookup(path: settings.path, kept: settings.keep, clock: context.clock)
        let file = LineFile(
            path: settings.path,
            rotation: settings.maxSize.map { LineFile.Rotation(maxSize: $0, keep: settings.keep) },
            synchronizes: settings.flush != .never, calls: calls, logger: context.logger)
        writer = LineWriter(file, policy: settings.flush, clock: context.clock) { [logger = context.logger] fault in
            logger.error("flush failed", metadata: ["notify.error": "\(fault.providerError.message)"])
        }
    }

    /// Writes the request's line.
    ///
    /// - Throws: ``ProviderError`` as the table above says.
    public func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt {
        try RecordKeeping.check(request, capabilities)
        try await writer.write(record(request).line, deadline: request.deadline)
        return ProviderReceipt(vendorMessageID: request.reference)
    }

    /// Shows the line's members.
    ///
    /// - Throws: ``ProviderError`` for a request that `send` would refuse before any I/O.
    public func preview(_ request: ProviderRequest) throws(ProviderError) -> RequestPreview {
        try RecordKeeping.check(request, capabilities)
        return RequestPreview(destination: "append \(settings.path)", fields: record(request).fields)
    }

    /// Writes what waits, flushes and closes.
    public func shutdown() async { await writer.shutdown() }

    private func record(_ request: ProviderRequest) -> MessageRecord {
        MessageRecord(
            request, provider: context.name, time: context.clock.wallTime, reveals: settings.reveals)
    }
}

public import Logging
public import NotificationGateway

/// Writes every message to the program's log, or as one JSON object on a line of standard error.
///
/// A provider that was asked to log at a level does so whatever the level of the program's logger is: a message that was
/// reported as taken must be found somewhere.
public final class LogMessageProvider: MessageProvider {
    /// Where messages go.
    public enum Destination: Sendable, Hashable {
        /// swift-log, at this level, with the record's members as metadata.
        case log(Logger.Level)
        /// Standard error, as JSON lines.
        case standardError
    }

    /// Standard error is shared with whoever else was started with it, and a pipe keeps pieces of at most 4,096 bytes whole:
    /// the masked line of so many recipients is one. A line that `reveal` makes longer may be cut by others' lines.
    private static let mostOnStandardError = 100

    /// Every channel and both forms of content: it can end any route.
    public let capabilities: Capabilities
    /// A log cannot be asked.
    public var statusLookup: (any StatusLookup)? { nil }
    /// Nobody writes back.
    public var receiptReader: (any ReceiptReader)? { nil }
    private let destination: Destination
    private let reveals: Bool
    private let context: ProviderContext
    private let logger: Logger
    private let writer: LineWriter

    /// Makes a provider.
    ///
    /// - Parameters:
    ///   - destination: Where messages go.
    ///   - reveals: Whether addresses, values and texts are written out instead of being masked.
    ///   - context: Name, clock and logger.
    public convenience init(_ destination: Destination, reveals: Bool = false, context: ProviderContext) {
        self.init(
            destination, reveals: reveals, context: context,
            sink: DescriptorSink(descriptor: 2, name: "standard error", calls: .real))
    }

    init(_ destination: Destination, reveals: Bool, context: ProviderContext, sink: any LineSink) {
        self.destination = destination
        capabilities =
            destination == .standardError
            ? RecordKeeping.capabilities(maxRecipients: Self.mostOnStandardError) : RecordKeeping.capabilities
        self.reveals = reveals
        self.context = context
        var logger = context.logger
        if case .log(let level) = destination { logger.logLevel = min(logger.logLevel, level) }
        self.logger = logger
        writer = LineWriter(sink, policy: .never, clock: context.clock) { _ in }
    }

    /// Logs the request.
    ///
    /// - Throws: ``ProviderError`` with reason `storageFailed` when standard error takes nothing, `cancelled`, `timedOut`.
    public func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt {
        try RecordKeeping.check(request, capabilities)
        let record = record(request)
        switch destination {
        case .standardError: try await writer.write(record.line, deadline: request.deadline)
        case .log(let level):
            try checkBeforeLogging()
            logger.log(level: level, "notification", metadata: record.metadata)
        }
        return ProviderReceipt(vendorMessageID: request.reference)
    }

    private func checkBeforeLogging() throws(ProviderError) {
        if Task.isCancelled {
            throw ProviderError(.cancelled, .rejected, message: "cancelled before the message was logged")
        }
        if writer.isStopping {
            throw ProviderError(.storageFailed, .rejected, message: "the provider was shut down")
        }
    }

    /// Shows the record's members.
    ///
    /// - Throws: ``ProviderError`` for a request that `send` would refuse before any I/O.
    public func preview(_ request: ProviderRequest) throws(ProviderError) -> RequestPreview {
        try RecordKeeping.check(request, capabilities)
        let name =
            switch destination {
            case .log(let level): "log at \(level.rawValue)"
            case .standardError: "append standard error"
            }
        return RequestPreview(destination: name, fields: record(request).fields)
    }

    /// Writes what waits; later messages are refused.
    public func shutdown() async { await writer.shutdown() }

    private func record(_ request: ProviderRequest) -> MessageRecord {
        MessageRecord(request, provider: context.name, time: context.clock.wallTime, reveals: reveals)
    }
}

extension MessageRecord {
    /// The members under `notify.` keys; structured ones as JSON.
    fileprivate var metadata: Logger.Metadata {
        Logger.Metadata(
            fields.map { ("notify.\($0.name)", .string($0.value)) }, uniquingKeysWith: { first, _ in first })
    }
}

import Logging
public import NotificationGateway

/// The kinds of provider that write messages down instead of carrying them anywhere.
public enum FileKind {
    /// `type: file`: one JSON object a line.
    public static let file = ProviderKind(
        type: "file", summary: "Appends every message to a file, one JSON object a line.",
        capabilities: RecordKeeping.capabilities,
        options: OptionSchema([path, fsync, fsyncInterval, maxSize, keep, reveal])
    ) { (values: OptionValues, context: ProviderContext) throws(InvalidOptions) -> any MessageProvider in
        FileMessageProvider(try fileSettings(values), context: context)
    }

    /// `type: log`: the program's log, or standard error.
    public static let log = ProviderKind(
        type: "log", summary: "Writes every message to the program's log or to standard error.",
        capabilities: RecordKeeping.capabilities, options: OptionSchema([destination, level, reveal])
    ) { (values: OptionValues, context: ProviderContext) throws(InvalidOptions) -> any MessageProvider in
        LogMessageProvider(
            try logDestination(values), reveals: values.boolean(reveal) ?? false, context: context)
    }

    // MARK: Options

    private static let path = OptionField(
        "path", .outputFile, required: true,
        help: "The file; its folder must exist. Created readable for its owner alone.")
    private static let fsync = OptionField(
        "fsync", .choice(["always", "interval", "never"]), default: .string("interval"),
        help: "When lines reach the disk: before a message counts as taken, every fsync_interval, or at leisure.")
    private static let fsyncInterval = OptionField(
        "fsync_interval", .duration, default: .duration(.seconds(1)),
        help: "The longest time that a written line waits for the disk with fsync: interval.")
    private static let maxSize = OptionField(
        "max_size", .size, default: .integer(100_000_000),
        help: "A file that would grow past this is renamed to path.1 and a new one begun; 0 lets it grow.")
    private static let keep = OptionField(
        "keep", .integer(0...1_000), default: .integer(5), help: "How many renamed files are kept.")
    private static let reveal = OptionField(
        "reveal", .boolean, default: .boolean(false),
        help: "Writes addresses, values and texts out instead of masking them: for local work only.")
    private static let destination = OptionField(
        "destination", .choice(["log", "stderr"]), default: .string("log"),
        help: "The program's log, or JSON lines on standard error.")
    private static let level = OptionField(
        "level", .choice(Logger.Level.allCases.map(\.rawValue)), default: .string("info"),
        help: "The level of the entries with destination: log; they are made whatever the program's own level is.")

    private static func fileSettings(_ values: OptionValues) throws(InvalidOptions) -> FileSettings {
        var check = OptionCheck()
        let path = check(try checkedPath(values))
        let flush = check(try flushPolicy(values))
        let maxSize = check(try checkedMaxSize(values))
        guard let path, let flush, let maxSize else { throw check.found }
        return FileSettings(
            path: path, flush: flush, maxSize: maxSize == 0 ? nil : maxSize, keep: values.integer(keep) ?? 0,
            reveals: values.boolean(reveal) ?? false)
    }

    private static func checkedPath(_ values: OptionValues) throws(InvalidOption) -> String {
        guard let path = values.string(Self.path), !path.isEmpty else {
            throw InvalidOption("path", "is empty; name a file")
        }
        guard !path.utf8.contains(0) else { throw InvalidOption("path", "has a NUL character; remove it") }
        guard path.utf8.last != UInt8(ascii: "/") else { throw InvalidOption("path", "names a folder; name a file") }
        return path
    }

    private static func checkedMaxSize(_ values: OptionValues) throws(InvalidOption) -> Int {
        let maxSize = values.integer(Self.maxSize) ?? 0
        guard maxSize >= 0 else { throw InvalidOption("max_size", "is negative; 0 means no limit") }
        return maxSize
    }

    private static func flushPolicy(_ values: OptionValues) throws(InvalidOption) -> FlushPolicy {
        switch values.string(fsync) {
        case "always": return .always
        case "never": return .never
        case "interval":
            guard let interval = values.duration(fsyncInterval), interval > .zero else {
                throw InvalidOption("fsync_interval", "must be longer than nothing; fsync: always flushes at once")
            }
            return .interval(interval)
        default: throw InvalidOption("fsync", "must be always, interval or never")
        }
    }

    private static func logDestination(_ values: OptionValues) throws(InvalidOptions) -> LogMessageProvider.Destination
    {
        switch values.string(destination) {
        case "stderr": return .standardError
        case "log":
            guard let level = values.string(Self.level).flatMap(Logger.Level.init(rawValue:)) else {
                throw InvalidOptions("level", "must be one of the log levels, such as info")
            }
            return .log(level)
        default: throw InvalidOptions("destination", "must be log or stderr")
        }
    }
}

/// What a trace of system calls, as `strace -f -y` writes it, says of the first submission that was answered.
struct SyncTrace {
    /// What happened, in order.
    enum Step: Equatable {
        case request
        case logWritten
        /// The disk has confirmed the outbox's log.
        case logFlushed
        case answer
    }

    let steps: [Step]

    init(_ trace: String) {
        var flushing: Set<Substring> = []
        steps = trace.split(separator: "\n").compactMap { Self.step($0, &flushing) }
    }

    /// Whether the message was written to the log, and that flushed, after it had come and before the answer went.
    var isFlushedBeforeAnswer: Bool {
        guard let request = steps.firstIndex(of: .request),
            let answer = steps[request...].firstIndex(of: .answer),
            let written = steps[request..<answer].firstIndex(of: .logWritten)
        else { return false }
        return steps[written..<answer].contains(.logFlushed)
    }

    /// - Parameter flushing: threads whose flush was begun on a line before.
    private static func step(_ line: Substring, _ flushing: inout Set<Substring>) -> Step? {
        let thread = line.prefix { $0 != " " }
        if line.contains("POST /v1/messages") { return .request }
        if line.contains("HTTP/1.1 202") { return .answer }
        if line.contains("sync resumed>"), flushing.remove(thread) != nil { return ended(line) }
        guard line.contains("-wal>") else { return nil }
        if line.contains("write") { return .logWritten }
        guard line.contains("sync(") else { return nil }
        if line.contains("<unfinished") { flushing.insert(thread) }
        return ended(line)
    }

    private static func ended(_ line: Substring) -> Step? { line.hasSuffix(" = 0") ? .logFlushed : nil }
}

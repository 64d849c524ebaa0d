import Foundation
import Testing

/// The helper program of these tests, which SwiftPM puts beside them.
enum ChildProcess {
    /// Runs it to its end: what it printed, without the line break.
    static func run(_ arguments: [String]) async throws -> String {
        let process = Process()
        process.executableURL = try program()
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        // The handler is in place before the start, so that no end is missed.
        let (ends, continuation) = AsyncStream<Int32>.makeStream()
        process.terminationHandler = { continuation.yield($0.terminationStatus) }
        try process.run()
        var end = ends.makeAsyncIterator()
        let status = await end.next()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        #expect(status == 0)
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func program() throws -> URL {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let candidates = ([own] + CommandLine.arguments).map {
            URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent("FileProviderProcess")
        }
        return try #require(
            candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) },
            "FileProviderProcess is built together with the tests")
    }
}

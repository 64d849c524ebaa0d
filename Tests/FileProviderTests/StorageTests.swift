import Foundation
import GatewayTestKit
import Glibc
import Logging
import NotificationGateway
import ProcessSupport
import Synchronization
import Testing

@testable import FileProvider

@Suite("A file that cannot take a line")
struct StorageTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func provider(
        _ flush: FlushPolicy = .never, calls: SystemCalls = .real, clock: any GatewayClock = SystemClock(),
        book: LogBook = LogBook()
    ) -> FileMessageProvider {
        FileMessageProvider(
            FileSettings(path: folder.file(), flush: flush),
            context: ProviderContext(name: "journal", clock: clock, logger: book.logger()), calls: calls)
    }

    /// Takes some bytes of the write with this number, counted from 1, and then finds the disk full.
    private func fullDisk(atWrite fatal: Int, taking count: Int) -> SystemCalls {
        let writes = Atomic<Int>(0)
        var calls = SystemCalls.real
        calls.write = { descriptor, bytes in
            let number = writes.add(1, ordering: .relaxed).newValue
            if number == fatal, count > 0 {
                return SystemCalls.real.write(descriptor, UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            }
            return number == fatal || (count > 0 && number == fatal + 1)
                ? -Int(ENOSPC) : SystemCalls.real.write(descriptor, bytes)
        }
        return calls
    }

    @Test("says so and leaves no half line, when the disk fills up at any byte of a line", arguments: [0, 1, 17, 100])
    func fullDisk(taking count: Int) async throws {
        let provider = provider(calls: fullDisk(atWrite: 2, taking: count))
        _ = try await provider.send(try request("m1-1"))
        let before = try read(folder.file())
        let error = try #require(await failure(of: provider, try request("m1-2")))
        #expect(error.reason == .storageFailed && error.acceptance == .rejected)
        #expect(error.message == "cannot write to '\(folder.file())': the disk is full; make room")
        #expect(try read(folder.file()) == before)
        _ = try await provider.send(try request("m1-3"))
        await provider.shutdown()
        #expect(try records(folder.file()).compactMap { $0["reference"] as? String } == ["m1-1", "m1-3"])
    }

    @Test("goes on with the rest when the system takes a line in parts")
    func partialWrites() async throws {
        var calls = SystemCalls.real
        calls.write = { descriptor, bytes in
            SystemCalls.real.write(descriptor, UnsafeRawBufferPointer(rebasing: bytes.prefix(7)))
        }
        let provider = provider(calls: calls)
        _ = try await provider.send(try request())
        await provider.shutdown()
        #expect(try records(folder.file()).count == 1)
    }

    @Test("is told apart from a working one on a device that is always full")
    func alwaysFull() async throws {
        let full = FileMessageProvider(
            FileSettings(path: "/dev/full", flush: .always), context: ProviderContext(name: "journal"))
        let error = try #require(await failure(of: full, try request()))
        #expect(error.reason == .storageFailed && error.acceptance == .rejected)
        await full.shutdown()
    }

    @Test("leaves whole lines only when it reaches the size that the process may write")
    func sizeLimit() async throws {
        let output = try await runAppender([folder.file(), "limited", "100", "0", "0", "5000"])
        let lines = try records(folder.file())
        #expect(output == "accepted=\(lines.count) rejected=\(100 - lines.count)")
        #expect(!lines.isEmpty && lines.count < 100)
        #expect(try read(folder.file()).hasSuffix("\n"))
    }

    @Test("is rejected while its folder is gone, and comes back with the folder")
    func vanishedFolder() async throws {
        let provider = provider()
        _ = try await provider.send(try request("m1-1"))
        try FileManager.default.moveItem(atPath: folder.path, toPath: folder.path + ".gone")
        let error = try #require(await failure(of: provider, try request("m1-2")))
        #expect(error.reason == .storageFailed && error.acceptance == .rejected)
        #expect(error.message == "cannot open '\(folder.file())': its folder does not exist; create it")
        try FileManager.default.moveItem(atPath: folder.path + ".gone", toPath: folder.path)
        _ = try await provider.send(try request("m1-3"))
        await provider.shutdown()
        #expect(try records(folder.file()).compactMap { $0["reference"] as? String } == ["m1-1", "m1-3"])
    }

    @Test("begins a new file when the old one was removed or renamed by somebody")
    func removedFile() async throws {
        let provider = provider()
        _ = try await provider.send(try request("m1-1"))
        try FileManager.default.moveItem(atPath: folder.file(), toPath: folder.file("old"))
        _ = try await provider.send(try request("m1-2"))
        await provider.shutdown()
        #expect(try records(folder.file()).first?["reference"] as? String == "m1-2")
        #expect(try records(folder.file("old")).count == 1)
    }

    @Test("closes a half line that a crash left, and loses nothing of it")
    func halfLine() async throws {
        try Data(#"{"time":"2026-01-0"#.utf8).write(to: URL(fileURLWithPath: folder.file()))
        let provider = provider()
        _ = try await provider.send(try request())
        await provider.shutdown()
        let lines = try read(folder.file()).split(separator: "\n")
        #expect(lines.count == 2 && lines[0] == #"{"time":"2026-01-0"#)
        #expect(lines[1].hasPrefix(#"{"time""#) && lines[1].hasSuffix("}"))
    }

    @Test("names a folder that stands in its place")
    func isFolder() async throws {
        try FileManager.default.createDirectory(atPath: folder.file(), withIntermediateDirectories: false)
        let error = try #require(await failure(of: provider(), try request()))
        #expect(error.message == "cannot open '\(folder.file())': it is a folder; name a file")
    }

    // MARK: Flushing

    @Test("is unknown, not rejected, when the line is written and the disk does not confirm it")
    func failedFlush() async throws {
        var calls = SystemCalls.real
        calls.synchronize = { _ in EIO }
        let provider = provider(.always, calls: calls)
        let error = try #require(await failure(of: provider, try request()))
        #expect(error.reason == .storageFailed && error.acceptance == .unknown)
        #expect(try records(folder.file()).count == 1)
        await provider.shutdown()
    }

    @Test("is flushed once the interval has passed, and again only after another line")
    func interval() async throws {
        let (flushes, calls) = countingFlushes()
        let clock = ManualClock()
        let provider = provider(.interval(.seconds(5)), calls: calls, clock: clock)
        let deadline = clock.now + .seconds(3_600)
        _ = try await provider.send(try request("m1-1", deadline: deadline))
        _ = try await provider.send(try request("m1-2", deadline: deadline))
        await clock.waitForSleeper()
        clock.advance(by: .milliseconds(4_999))
        #expect(flushes.count == 0)
        clock.advance(by: .milliseconds(1))
        await flushes.wait(for: 1)
        _ = try await provider.send(try request("m1-3", deadline: deadline))
        await clock.waitForSleeper()
        await provider.shutdown()
        #expect(flushes.count == 2)
    }

    @Test("reports a failed flush in the background to the log")
    func failedIntervalFlush() async throws {
        var calls = SystemCalls.real
        calls.synchronize = { _ in EIO }
        let book = LogBook()
        let provider = provider(.interval(.seconds(5)), calls: calls, book: book)
        _ = try await provider.send(try request())
        await provider.shutdown()
        #expect(book.all.map(\.message) == ["flush failed"])
        #expect(book.all.first?.level == .error)
    }

    @Test("never flushes when it is told not to")
    func never() async throws {
        let (flushes, calls) = countingFlushes()
        let provider = provider(.never, calls: calls)
        _ = try await provider.send(try request())
        await provider.shutdown()
        #expect(flushes.count == 0)
    }

    @Test("shares one flush among lines that wait together")
    func sharedFlush() async throws {
        let (flushes, counting) = countingFlushes()
        var calls = counting
        let writer = Mutex<LineWriter?>(nil)
        let isFirst = Atomic(true)
        calls.synchronize = { [synchronize = counting.synchronize] descriptor in
            let code = synchronize(descriptor)
            // The first line's flush takes until all the others wait.
            if isFirst.exchange(false, ordering: .relaxed) { writer.withLock { $0 }?.waitForQueue(of: 49) }
            return code
        }
        let provider = provider(.always, calls: calls)
        writer.withLock { $0 = provider.writer }
        try await withThrowingTaskGroup(of: Void.self) { group in
            let first = try request("m1-1")
            group.addTask { _ = try await provider.send(first) }
            await flushes.wait(for: 1)
            for number in 2...50 {
                let request = try request("m1-\(number)")
                group.addTask { _ = try await provider.send(request) }
            }
            try await group.waitForAll()
        }
        #expect(flushes.count == 2)
        await provider.shutdown()
        writer.withLock { $0 = nil }
        #expect(try records(folder.file()).count == 50)
    }

    private func countingFlushes() -> (FlushCount, SystemCalls) {
        let flushes = FlushCount()
        var calls = SystemCalls.real
        calls.synchronize = { descriptor in
            flushes.add()
            return SystemCalls.real.synchronize(descriptor)
        }
        return (flushes, calls)
    }
}

/// Counts flushes; tests wait for them.
final class FlushCount: Sendable {
    private let (stream, continuation) = AsyncStream<Void>.makeStream()
    private let total = Atomic<Int>(0)

    var count: Int { total.load(ordering: .relaxed) }

    func add() {
        total.add(1, ordering: .relaxed)
        continuation.yield()
    }

    func wait(for number: Int) async {
        var seen = 0
        for await _ in stream {
            seen += 1
            if seen == number { return }
        }
    }
}

/// Another holder of the file's lock.
final class HeldLock: Sendable {
    private let descriptor: Int32

    init(_ path: String) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        flock(descriptor, LOCK_EX)
    }

    func release() { flock(descriptor, LOCK_UN) }

    deinit { close(descriptor) }
}

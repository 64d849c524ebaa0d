import Foundation
import GatewayTestKit
import NotificationGateway
import ProcessSupport
import Testing

@testable import FileProvider

@Suite("A file that is shared")
struct SharingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("keeps every line whole while three processes append at once")
    func threeProcesses() async throws {
        let path = folder.file()
        async let first = runAppender([path, "a", "1000", "0", "0", "0"])
        async let second = runAppender([path, "b", "1000", "0", "0", "0"])
        async let third = runAppender([path, "c", "1000", "0", "0", "0"])
        #expect(try await [first, second, third] == ["accepted=1000", "accepted=1000", "accepted=1000"])
        let references = try records(path).compactMap { $0["reference"] as? String }
        let expected = ["a", "b", "c"].flatMap { name in (1...1_000).map { "\(name)-\($0)" } }
        #expect(references.count == 3_000 && Set(references) == Set(expected))
    }

    @Test("loses no line while three processes rotate it under each other's hands")
    func rotatingProcesses() async throws {
        let path = folder.file()
        async let first = runAppender([path, "a", "500", "10000", "900", "0"])
        async let second = runAppender([path, "b", "500", "10000", "900", "0"])
        async let third = runAppender([path, "c", "500", "10000", "900", "0"])
        #expect(try await [first, second, third] == ["accepted=500", "accepted=500", "accepted=500"])
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let references = try names.flatMap { try records(folder.file($0)) }.compactMap { $0["reference"] as? String }
        #expect(references.count == 1_500 && Set(references).count == 1_500)
        #expect(names.count > 20)
        for name in names { #expect(try read(folder.file(name)).utf8.count <= 10_000) }
    }

    @Test("keeps the lines of many providers in one process whole")
    func manyProviders() async throws {
        let providers = (0..<4).map { _ in provider(FileSettings(path: folder.file(), flush: .never, maxSize: nil)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<800 {
                let request = try request("m-\(number)")
                group.addTask { _ = try await providers[number % 4].send(request) }
            }
            try await group.waitForAll()
        }
        for provider in providers { await provider.shutdown() }
        #expect(Set(try records(folder.file()).compactMap { $0["reference"] as? String }).count == 800)
    }

    @Test("exchanges the file at its size and keeps as many old ones as asked for", arguments: [0, 1, 3])
    func rotation(keep: Int) async throws {
        let provider = provider(FileSettings(path: folder.file(), flush: .always, maxSize: 800, keep: keep))
        for number in 1...20 { _ = try await provider.send(try request("m-\(number)")) }
        await provider.shutdown()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let base = "notifications.jsonl"
        #expect(names == [base] + (1..<(keep + 1)).map { "\(base).\($0)" })
        let kept = try names.reversed().flatMap { try records(folder.file($0)) }
        #expect(kept.compactMap { $0["reference"] as? String } == (1...20).map { "m-\($0)" }.suffix(kept.count))
    }

    @Test("takes a line that is longer than a whole file may be")
    func longLine() async throws {
        let provider = provider(FileSettings(path: folder.file(), maxSize: 100, keep: 2))
        for number in 1...3 { _ = try await provider.send(try request("m-\(number)")) }
        await provider.shutdown()
        #expect(try records(folder.file()).count == 1)
        #expect(try records(folder.file("notifications.jsonl.1")).count == 1)
    }

    // MARK: Waiting for the lock

    @Test("is given up at the deadline while somebody else holds its lock, and the line is not written later")
    func lockedUntilDeadline() async throws {
        let clock = ManualClock()
        let provider = provider(FileSettings(path: folder.file(), flush: .never), clock: clock)
        let held = HeldLock(folder.file())
        let request = try request(deadline: clock.now + .seconds(2))
        async let error = failure(of: provider, request)
        clock.advance(by: .seconds(2))
        let failure = try #require(await error)
        #expect(failure.reason == .timedOut && failure.acceptance == .rejected)
        #expect(failure.message == "another process held the file's lock until the deadline")
        held.release()
        await provider.shutdown()
        #expect(try read(folder.file()).isEmpty)
    }

    @Test("blames nobody else's lock when a line's turn came too late without one")
    func lateTurn() async throws {
        let clock = ManualClock()
        let writer = LineWriter(SlowSink(clock: clock), policy: .never, clock: clock) { _ in }
        let deadline = clock.now + .seconds(5)
        try await writer.write([1], deadline: deadline)
        let error = await #expect(throws: ProviderError.self) { try await writer.write([2], deadline: deadline) }
        #expect(error?.reason == .timedOut && error?.acceptance == .rejected)
        #expect(error?.message == "the line's turn came only after the deadline")
        await writer.shutdown()
    }

    @Test("lets a cancelled caller go at once while somebody else holds its lock, and the line is not written later")
    func cancelledWhileLocked() async throws {
        let provider = provider(FileSettings(path: folder.file(), flush: .never))
        let held = HeldLock(folder.file())
        let request = try request()
        let task = Task { await failure(of: provider, request) }
        await Task.yield()
        task.cancel()
        let error = try #require(await task.value)
        #expect(error.reason == .cancelled && error.acceptance == .rejected)
        held.release()
        await provider.shutdown()
        #expect(try read(folder.file()).isEmpty)
    }

    // MARK: Life

    @Test("writes what waits at shutdown, refuses what comes later, and may be shut down again")
    func shutdown() async throws {
        let provider = provider(FileSettings(path: folder.file(), flush: .interval(.seconds(3_600))))
        _ = try await provider.send(try request())
        await provider.shutdown()
        await provider.shutdown()
        let error = try #require(await failure(of: provider, try request("m1-2")))
        #expect(error.reason == .storageFailed && error.acceptance == .rejected)
        #expect(try records(folder.file()).count == 1)
    }

    @Test("leaves no thread and no open file behind, however often it begins and ends")
    func startAndStop() async throws {
        func openFiles() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
                .filter {
                    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))
                        .map { $0.hasPrefix(folder.path) } ?? false
                }.count
        }
        for number in 1...200 {
            let provider = provider(FileSettings(path: folder.file(), flush: .interval(.seconds(1))))
            _ = try await provider.send(try request("m-\(number)"))
            await provider.shutdown()
        }
        #expect(try openFiles() == 0)
        #expect(try records(folder.file()).count == 200)
    }
}

/// Takes ten seconds for a line.
private struct SlowSink: LineSink {
    let clock: ManualClock

    mutating func prepare(forBytes count: Int, holdsUnsynchronized: Bool) -> LineSinkReadiness { .ready }
    mutating func append(_ line: [UInt8]) { clock.advance(by: .seconds(10)) }
    mutating func release() {}
    mutating func synchronize() {}
    mutating func close() {}
}

import Foundation
import GatewayTestKit
import NotificationGateway
import ProcessSupport
import Testing

@testable import FileProvider

@Suite("The look-up of a file")
struct LookupTests {
    private let folder: TemporaryFolder
    private let clock = ManualClock()

    init() throws { folder = try TemporaryFolder() }

    private func provider(reveals: Bool = false, maxSize: Int? = nil) -> FileMessageProvider {
        FileMessageProvider(
            FileSettings(path: folder.file(), flush: .never, maxSize: maxSize, keep: 3, reveals: reveals),
            context: ProviderContext(name: "journal", clock: clock))
    }

    private func send(_ references: [String], with provider: FileMessageProvider) async throws {
        for reference in references {
            _ = try await provider.send(try request(reference, deadline: clock.now + .seconds(60)))
        }
    }

    private func find(
        _ reference: String? = nil, _ recipient: Recipient? = nil, at time: WallTime? = nil,
        with provider: FileMessageProvider
    ) async throws -> [StatusRecord] {
        let lookup = try #require(provider.statusLookup)
        return try await lookup.records(
            for: StatusQuery(
                reference: reference, recipient: recipient, sentAt: time ?? clock.wallTime,
                deadline: clock.now + .seconds(60)))
    }

    @Test("finds a request by its reference, and all requests of a message by its id")
    func byReference() async throws {
        let provider = provider()
        try await send(["m1-1", "m1-2", "m2-1", "m11-1"], with: provider)
        #expect(try await find("m1-2", with: provider).map(\.reference) == ["m1-2"])
        #expect(try await find("m1", with: provider).map(\.reference) == ["m1-2", "m1-1"])
        #expect(try await find("m3", with: provider).isEmpty)
        let record = try #require(try await find("m1-1", with: provider).first)
        #expect(record.state == .delivered && record.template == "login-code")
        #expect(record.sentAt == "2026-01-02T03:04:05.000Z")
        #expect(record.recipient == nil && record.text == nil)
    }

    @Test("names the receiver and the text when the file shows them")
    func revealed() async throws {
        let provider = provider(reveals: true)
        try await send(["m1-1"], with: provider)
        let record = try #require(try await find("m1", with: provider).first)
        #expect(record.recipient == (try phone()) && record.text == "您的验证码是271828")
        #expect(try await find("m1", try phone("+8613900139000"), with: provider).isEmpty)
    }

    @Test("does not answer for a receiver by its mask, which ten thousand numbers share")
    func masked() async throws {
        let provider = provider()
        try await send(["m1-1"], with: provider)
        #expect(try await find(nil, try phone(), with: provider).isEmpty)
        let records = try await find("m1-1", try phone(), with: provider)
        #expect(records.count == 1 && records.first?.recipient == nil)
    }

    @Test("keeps to the day when it has no reference to go by")
    func day() async throws {
        let provider = provider()
        try await send(["m1-1"], with: provider)
        let later = clock.wallTime.advanced(by: 200_000)
        #expect(try await find(nil, try phone(), at: later, with: provider).isEmpty)
        #expect(try await find("m1-1", at: later, with: provider).count == 1)
    }

    @Test("reads rotated files as well")
    func rotated() async throws {
        let provider = provider(maxSize: 600)
        try await send((1...8).map { "m-\($0)" }, with: provider)
        let kept = try await find("m", with: provider).compactMap(\.reference)
        #expect(kept.count > 4)
        #expect(kept == (1...8).reversed().map { "m-\($0)" }.prefix(kept.count).map { $0 })
    }

    /// Writes a line, and after it that line again for so many requests of a message whose id begins with its reference.
    private func crowd(_ reference: String, by count: Int) async throws -> FileMessageProvider {
        let provider = provider()
        try await send([reference], with: provider)
        let line = try read(folder.file())
        let crowd = (1...count).map { line.replacing("\"\(reference)\"", with: "\"\(reference)-\($0)\"") }
        try folder.write(line + crowd.joined(), to: "notifications.jsonl")
        return provider
    }

    @Test("finds a request however many requests of other messages begin with its reference")
    func crowdedOut() async throws {
        let most = FileStatusLookup.mostRecords
        let provider = try await crowd("m1-1", by: most + 5)
        let found = try await find("m1-1", with: provider).map(\.reference)
        #expect(found.first == "m1-1")
        #expect(found.count == most + 1 && found.last == "m1-1-6")
        #expect(try await find(with: provider).count == most)
    }

    @Test("does not say that a request is lacking when there was no time to look for it")
    func unfinished() async throws {
        let provider = try await crowd("m1-1", by: 200)
        let lookup = try #require(provider.statusLookup)
        let query = StatusQuery(reference: "m1-1", sentAt: clock.wallTime, deadline: clock.now)
        let error = await #expect(throws: ProviderError.self) { try await lookup.records(for: query) }
        #expect(error?.reason == .timedOut)
    }

    @Test("finds nothing where there is no file yet")
    func noFile() async throws {
        #expect(try await find("m", with: provider()).isEmpty)
    }

    @Test("says why when the file cannot be read")
    func unreadable() async throws {
        try FileManager.default.createDirectory(atPath: folder.file(), withIntermediateDirectories: false)
        await #expect(throws: ProviderError.self) { try await find("m", with: provider()) }
    }

    @Test("passes over lines that are too long, broken or none of ours")
    func foreignLines() async throws {
        let provider = provider()
        try await send(["m1-1"], with: provider)
        var content = Data((String(repeating: "m1-1", count: 700_000) + "\n{\"reference\":\"m1-1\"}\nm1-1\n\n").utf8)
        content.append(try Data(contentsOf: URL(fileURLWithPath: folder.file())))
        content.append(Data("[\"m1-1\"\n\u{0}\u{1}m1-1\n{\"reference\":\"m1-1\",\"recip".utf8))
        try content.write(to: URL(fileURLWithPath: folder.file()))
        #expect(try await find("m1-1", with: provider).count == 1)
    }

    @Test("reads mutilated lines without harm")
    func fuzz() throws {
        let random = SeededRandom(seed: 7)
        let line = MessageRecord(
            try request(), provider: "journal", time: clock.wallTime, reveals: true
        ).line.dropLast()
        let filter = RecordFilter(StatusQuery(sentAt: clock.wallTime, deadline: clock.now))
        #expect(filter.records(in: line).count == 1)
        for _ in 0..<20_000 {
            var bytes = Array(line)
            for _ in 0...(random.next() % 4) {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 4 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.removeSubrange(place...)
                case 2: bytes.insert(contentsOf: #"\ud800["#.utf8, at: place)
                default: bytes.swapAt(place, bytes.count / 2)
                }
                if bytes.isEmpty { bytes = [0x7B] }
            }
            _ = filter.records(in: bytes[...])
        }
        for depth in [1, 15, 16, 17, 100_000] {
            let nested = Array(repeating: UInt8(ascii: "["), count: depth)
            let closed = nested + Array(repeating: UInt8(ascii: "]"), count: depth)
            #expect((try? JSONReader.value(closed[...])) != nil || depth > 16)
            #expect((try? JSONReader.value(nested[...])) == nil)
        }
    }
}

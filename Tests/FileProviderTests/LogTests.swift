import Foundation
import GatewayTestKit
import Glibc
import Logging
import NotificationGateway
import ProcessSupport
import Testing

@testable import FileProvider

@Suite("The log provider")
struct LogTests {
    @Test("logs each message with a static text, masked, even when the program's logger is quieter")
    func masked() async throws {
        let book = LogBook()
        let provider = LogMessageProvider(
            .log(.info),
            context: ProviderContext(name: "log", clock: ManualClock(), logger: book.logger(level: .critical)))
        let receipt = try await provider.send(try request())
        #expect(receipt.vendorMessageID == "m1-1")
        let entry = try #require(book.all.first)
        #expect(entry.level == .info && entry.message == "notification")
        #expect(entry.metadata["notify.recipients"] == #"["+86138****8000"]"#)
        #expect(entry.metadata["notify.parameters"] == #"{"code":"***"}"#)
        #expect(!"\(entry)".contains("271828") && !"\(entry)".contains("13800138000"))
    }

    @Test("shows the code to a developer who asks for it")
    func revealed() async throws {
        let book = LogBook()
        let provider = LogMessageProvider(
            .log(.notice), reveals: true, context: ProviderContext(name: "log", logger: book.logger()))
        _ = try await provider.send(try request())
        #expect(book.all.first?.metadata["notify.parameters"] == #"{"code":"271828"}"#)
        #expect(book.all.first?.metadata["notify.text"] == "您的验证码是271828")
    }

    @Test("writes JSON lines to a descriptor, whole even when its reader is slow")
    func standardError() async throws {
        let (provider, reader, writer) = try piped()
        async let lines = bytes(of: reader)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<500 {
                let request = try request("m-\(number)", text: String(repeating: "x", count: 1_000))
                group.addTask { _ = try await provider.send(request) }
            }
            try await group.waitForAll()
        }
        await provider.shutdown()
        close(writer)
        let written = try await lines.split(separator: 0x0A)
        #expect(written.count == 500)
        for line in written { _ = try JSONSerialization.jsonObject(with: Data(line)) }
    }

    @Test("writes lines that a shared pipe keeps whole, however many recipients it is given")
    func wholePieces() async throws {
        let (provider, reader, writer) = try piped(reveals: false)
        let most = provider.capabilities.maxRecipients
        let numbers = try (0..<most).map { try phone("+8613800138\(String(1_000 + $0).dropFirst())") }
        var request = try request(String(repeating: "r", count: 220), to: numbers)
        request.messageID = MessageID(rawValue: String(repeating: "m", count: 200))
        async let lines = bytes(of: reader)
        _ = try await provider.send(request)
        await provider.shutdown()
        close(writer)
        // POSIX, PIPE_BUF: what is longer may be cut by another writer's line.
        #expect(try await (1_000...4_096).contains(lines.count))
        request.recipients.append(try phone())
        let error = try #require(await failure(of: provider, request))
        #expect(error.reason == .unsupported && error.acceptance == .rejected)
    }

    @Test("is rejected, and the program lives on, when nobody reads the descriptor")
    func closedPipe() async throws {
        let (provider, reader, writer) = try piped()
        try reader.close()
        let error = try #require(await failure(of: provider, try request()))
        #expect(error.reason == .storageFailed && error.acceptance == .rejected)
        #expect(error.message == "cannot write to the pipe: nobody reads it any more")
        await provider.shutdown()
        close(writer)
    }

    @Test("gives up on a reader that takes nothing, and says when half a line is in the pipe")
    func stuckReader() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        var sink = DescriptorSink(descriptor: ends[1], name: "the pipe", calls: .real, patienceMilliseconds: 1)
        let piece = [UInt8](repeating: 0x78, count: 4_096)
        let fault = #expect(throws: StorageFault.self) {
            for _ in 0..<10_000 { try sink.append(piece) }
        }
        #expect(fault?.acceptance == .rejected && fault?.code == EAGAIN)
        // Room for one piece of a line that has three.
        var drain = piece
        #expect(Glibc.read(ends[0], &drain, drain.count) == piece.count)
        let half = #expect(throws: StorageFault.self) { try sink.append(piece + piece + piece) }
        #expect(half?.acceptance == .unknown)
    }

    @Test("refuses messages after its shutdown")
    func shutdown() async throws {
        let provider = LogMessageProvider(
            .log(.info), context: ProviderContext(name: "log", logger: LogBook().logger()))
        await provider.shutdown()
        await provider.shutdown()
        #expect(await failure(of: provider, try request())?.acceptance == .rejected)
    }

    private func piped(reveals: Bool = true) throws -> (LogMessageProvider, reader: FileHandle, writer: Int32) {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        // As a shell may leave standard error: a slow reader then shows as an error code.
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        let provider = LogMessageProvider(
            .standardError, reveals: reveals, context: ProviderContext(name: "log"),
            sink: DescriptorSink(descriptor: ends[1], name: "the pipe", calls: .real))
        return (provider, FileHandle(fileDescriptor: ends[0], closeOnDealloc: true), ends[1])
    }
}

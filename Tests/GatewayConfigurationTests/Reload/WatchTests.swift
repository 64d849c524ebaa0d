import Foundation
import GatewayConfiguration
import GatewayTestKit
import NotificationGateway
import ProcessSupport
import Testing

@Suite("A watch over the configuration")
struct WatchTests {
    @Test(
        "reads the file when it has been quiet after a sign: briefly, or longer while somebody is writing",
        arguments: [(FileChange.done, Duration.milliseconds(200)), (.begun, .seconds(2))])
    func quiet(_ sign: FileChange, _ time: Duration) async throws {
        let bench = try ReloadBench(clock: ManualClock())
        let gateway = try bench.gateway(ReloadBench.yaml(["a": ""]))
        let events = gateway.events()
        let (signs, continuation) = AsyncStream<FileChange>.makeStream()
        async let watching: Void = gateway.watch(signs)
        continuation.yield(sign)
        await bench.clock.waitForSleepers()
        #expect(bench.clock.sleeps == [time])
        try bench.write(ReloadBench.yaml(["b": ""]))
        bench.clock.advance(by: time)
        #expect(await events.next() == .reloaded(Reloaded(made: ["b"], removed: ["a"])))
        continuation.finish()
        await watching
        await gateway.shutdown()
    }

    @Test("takes up what happened before it began")
    func start() async throws {
        let bench = try ReloadBench()
        let gateway = try bench.gateway(ReloadBench.yaml(["a": ""]))
        try bench.write(ReloadBench.yaml(["b": ""]))
        let (signs, continuation) = AsyncStream<FileChange>.makeStream()
        continuation.finish()
        await gateway.watch(signs)
        #expect(gateway.settings.providers.map(\.name) == ["b"])
    }

    @Test("reports a refused file once, and says when the file is again what is in force")
    func refusedOnce() async throws {
        let bench = try ReloadBench()
        let good = ReloadBench.yaml(["a": ""])
        let gateway = try bench.gateway(good)
        var events = gateway.events().makeAsyncIterator()
        let (signs, continuation) = AsyncStream<FileChange>.makeStream()
        async let watching: Void = gateway.watch(signs)
        try bench.write("providers: [")
        continuation.yield(.done)
        let refusal = await events.next()
        #expect(refusal?.description.hasPrefix("refused, the old configuration stays:") == true)
        continuation.yield(.done)
        try bench.write(good)
        continuation.yield(.done)
        #expect(await events.next() == .unchanged)
        continuation.finish()
        await watching
    }
}

/// The ways in which files are replaced, each with the system's own signs. The clock jumps over the quiet time, so a half
/// written file may be looked at too; what counts is where it ends.
@Suite("A file that is replaced is noticed", .serialized)
struct ReplacementTests {
    private let bench: ReloadBench
    private let before = ReloadBench.yaml(["a": ""])
    private let after = ReloadBench.yaml(["b": "label: after"])

    init() throws { bench = try ReloadBench() }

    /// Watches a path while the body changes the file, until the gateway has reloaded.
    private func expectReload(_ change: () throws -> Void) async throws {
        let gateway = try bench.gateway()
        let events = gateway.events()
        let signs = try FileChange.signs(of: bench.path)
        let watching = Task { await gateway.watch(signs) }
        try change()
        for await event in events {
            if case .reloaded(let reloaded) = event {
                #expect(reloaded.made == ["b"])
                break
            }
        }
        #expect(await gateway.send(ReloadBench.message).recipients.first?.provider == "b")
        watching.cancel()
        await watching.value
        await gateway.shutdown()
    }

    private func file(_ name: String) -> String { bench.folder.file(name) }

    @Test("when a new one is renamed over it")
    func rename() async throws {
        try bench.write(before)
        try await expectReload {
            try bench.write(after, to: "new")
            #expect(Foundation.rename(file("new"), bench.path) == 0)
        }
    }

    @Test("when it is emptied and written in place")
    func truncate() async throws {
        try bench.write(before)
        try await expectReload {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: bench.path))
            try handle.truncate(atOffset: 0)
            let bytes = Data(after.utf8)
            try handle.write(contentsOf: bytes.prefix(20))
            try handle.write(contentsOf: bytes.dropFirst(20))
            try handle.close()
        }
    }

    @Test("when it is moved away and written anew")
    func moveAway() async throws {
        try bench.write(before)
        try await expectReload {
            #expect(Foundation.rename(bench.path, file("providers.yaml~")) == 0)
            try Data(after.utf8).write(to: URL(fileURLWithPath: bench.path))
        }
    }

    @Test("when Kubernetes swaps the link to the folder that it is in")
    func swap() async throws {
        let files = FileManager.default
        for (folder, text) in [("..1", before), ("..2", after)] {
            try files.createDirectory(atPath: file(folder), withIntermediateDirectories: true)
            try bench.write(text, to: "\(folder)/providers.yaml")
        }
        try files.createSymbolicLink(atPath: file("..data"), withDestinationPath: "..1")
        try files.createSymbolicLink(atPath: bench.path, withDestinationPath: "..data/providers.yaml")
        try await expectReload {
            try files.createSymbolicLink(atPath: file("..data_tmp"), withDestinationPath: "..2")
            #expect(Foundation.rename(file("..data_tmp"), file("..data")) == 0)
            try files.removeItem(atPath: file("..1"))
        }
    }

    @Test("when it is a link and its target, in another folder, is written")
    func link() async throws {
        let elsewhere = try ReloadBench()
        try elsewhere.write(before)
        try FileManager.default.createSymbolicLink(atPath: bench.path, withDestinationPath: elsewhere.path)
        try await expectReload { try elsewhere.write(after) }
    }

    @Test("and a touch is none: the next event is that of a real change")
    func touch() async throws {
        try bench.write(before)
        try await expectReload {
            try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: bench.path)
            try bench.write(after)
        }
        #expect(bench.all.map(\.name) == ["a", "b"])
    }

    @Test("and another file of the folder is none of ours: a log beside the configuration makes no sign")
    func otherFiles() async throws {
        try bench.write(before)
        let signs = try FileChange.signs(of: bench.path)
        try Data("a line\n".utf8).write(to: URL(fileURLWithPath: file("log")))
        let gateway = try bench.gateway()
        let events = gateway.events()
        let watching = Task { await gateway.watch(signs) }
        let log = try FileHandle(forWritingTo: URL(fileURLWithPath: file("log")))
        try log.write(contentsOf: Data("another\n".utf8))
        try log.close()
        try bench.write(after)
        #expect(await events.next() == .reloaded(Reloaded(made: ["b"], removed: ["a"])))
        watching.cancel()
        await watching.value
        await gateway.shutdown()
    }

    @Test("and a folder that is not there cannot be watched, which is said")
    func noFolder() {
        #expect { try FileChange.signs(of: "/nowhere/at/all/providers.yaml") } throws: { error in
            "\(error)".contains("/nowhere/at/all/providers.yaml cannot be watched")
        }
    }
}

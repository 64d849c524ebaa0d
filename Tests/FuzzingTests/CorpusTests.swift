import Foundation
import Fuzzing
import GatewayTestKit
import Testing

/// One input of the corpus: a file of Tests/Fixtures/Fuzz, in the folder of its target.
struct Seed: Sendable, CustomTestStringConvertible {
    var target: FuzzTarget
    var name: String
    var bytes: [UInt8]

    var testDescription: String { "\(target.name)/\(name)" }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../Fixtures/Fuzz").standardizedFileURL

    static let all = FuzzTarget.all.flatMap(seeds)

    static func seeds(of target: FuzzTarget) -> [Seed] {
        let folder = folder.appendingPathComponent(target.name)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().compactMap { name in
            (try? Data(contentsOf: folder.appendingPathComponent(name))).map {
                Seed(target: target, name: name, bytes: [UInt8]($0))
            }
        }
    }

    static func folders() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
    }
}

@Suite("What comes from outside")
struct CorpusTests {
    @Test("keeps every promise of its readers", arguments: Seed.all)
    func corpus(_ seed: Seed) throws { try seed.target.run(seed.bytes) }

    @Test("keeps them when it is changed at random", arguments: FuzzTarget.all)
    func mutations(_ target: FuzzTarget) throws {
        let seeds = Seed.seeds(of: target)
        try #require(seeds.count >= 5)
        let mutation = Mutation(SeededRandom(seed: 20_261_125))
        for _ in 0..<1_000 {
            let bytes = mutation.mutated(seeds[mutation.below(seeds.count)].bytes)
            do throws(BrokenPromise) { try target.run(bytes) } catch {
                Issue.record("\(error)\nby \(String(decoding: bytes, as: UTF8.self)) (\(bytes))")
                return
            }
        }
    }

    @Test("has a target for every folder of the corpus, and a folder for every target")
    func complete() throws {
        #expect(try Seed.folders() == Set(FuzzTarget.all.map(\.name)))
    }
}

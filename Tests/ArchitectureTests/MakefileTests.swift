import Foundation
import Testing

@Suite("make test")
struct MakefileTests {
    private static let lines = Result { try Repository.text("Makefile").split(separator: "\n").map(String.init) }

    @Test("runs every suite in exactly one of its four runs")
    func complement() throws {
        let runs = try Self.lines.get().map { $0.trimmingPrefix("\t") }.filter { $0.hasPrefix("swift test") }
        #expect(
            runs == [
                "swift test --skip-build --skip '$(PROGRAMS)|$(SERVERS)'",
                "swift test --skip-build --filter '$(PROGRAMS)' --skip '$(KILLS)'",
                "swift test --skip-build --filter '$(SERVERS)'",
                "swift test --skip-build --filter '$(KILLS)'",
            ])
    }

    @Test("names only suites that there are", arguments: ["PROGRAMS", "SERVERS"])
    func names(_ variable: String) async throws {
        let line = try #require(try Self.lines.get().first { $0.hasPrefix("\(variable) = ") })
        let names = line.dropFirst("\(variable) = ".count).split(separator: "|").map(String.init)
        let targets = try await Manifest.read().keys
        #expect(names.count > 1 && Set(names).isSubset(of: targets))
    }
}

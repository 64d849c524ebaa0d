import Foundation
import Testing

@Suite("make test")
struct MakefileTests {
    @Test("runs every suite in exactly one of its two runs")
    func complement() throws {
        let lines = try Repository.text("Makefile").split(separator: "\n").map { $0.trimmingPrefix("\t") }
        let runs = lines.filter { $0.hasPrefix("swift test") }
        #expect(
            runs == [
                "swift test --skip-build --skip '$(REAL_TIME)'", "swift test --skip-build --filter '$(REAL_TIME)'",
            ])
    }

    @Test("names only suites that there are")
    func names() async throws {
        let line = try #require(
            try Repository.text("Makefile").split(separator: "\n").first { $0.hasPrefix("REAL_TIME = ") })
        let names = line.dropFirst("REAL_TIME = ".count).split(separator: "|").map(String.init)
        let targets = try await Manifest.read().keys
        #expect(names.count > 1 && Set(names).isSubset(of: targets))
    }
}

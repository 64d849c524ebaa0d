import Foundation
import GatewayConfiguration
import GatewayTestKit
import NotificationGateway
import Testing

@Suite("A hostile or broken file")
struct HostileFileTests {
    private let loader = ConfigurationLoader(kinds: Support.kinds, environment: Support.secrets)

    @Test(
        "that cannot be read says why",
        arguments: ["/no/such/file.yaml", "/", "/root/\0.yaml", "/dev/zero", "/dev/null"])
    func unreadable(_ path: String) {
        let loaded = loader.load(path: path)
        #expect(loaded.settings == nil)
        #expect(loaded.diagnostics.count == 1)
        #expect(loaded.diagnostics.first.map { $0.line == 1 && $0.column == 1 && $0.severity == .error } == true)
    }

    @Test("of five megabytes and good content is read")
    func large() {
        var yaml = "providers: { journal: { type: file, path: x } }\nroutes:\n"
        for number in 0..<60_000 {
            yaml +=
                "  - { name: \"route number \(number)\", match: { tag: \"tag-\(number)\" }, providers: [journal] }\n"
        }
        #expect(yaml.utf8.count > 5_000_000)
        let loaded = Support.load(yaml)
        #expect(loaded.diagnostics == [])
        #expect(loaded.settings?.routes.count == 60_000)
    }

    @Test("of five megabytes of mistakes gets the first thousand and a count")
    func largeAndWrong() {
        let yaml = "routes:\n" + String(repeating: "  - { nam: x, providr: [y], match: { tg: z } }\n", count: 110_000)
        #expect(yaml.utf8.count > 5_000_000)
        let loaded = Support.load(yaml)
        #expect(loaded.settings == nil)
        #expect(loaded.diagnostics.count == 1_001)
        #expect(loaded.diagnostics.last?.text.contains("more are not shown") == true)
    }

    @Test(
        "of five megabytes without structure gets an error",
        arguments: ["x", "[", "{", "- ", "a: ", "\"", "&a ", "*a ", "\n", "\t", "? ", "%", "!", "| "])
    func large(_ piece: String) {
        let loaded = Support.load(String(repeating: piece, count: 5_000_000 / piece.utf8.count))
        #expect(loaded.settings == nil)
        #expect(loaded.diagnostics.contains { $0.severity == .error })
    }

    @Test("with very many providers is refused before any is made")
    func manyProviders() {
        var yaml = "providers:\n"
        for number in 0..<20_000 { yaml += "  p\(number): { type: file, path: x }\n" }
        let loaded = Support.load(yaml + "routes: [{ providers: p0 }]\n")
        #expect(loaded.settings == nil)
        #expect(loaded.diagnostics.first?.text.contains("more than 1000 providers") == true)
    }

    @Test("that refers to itself is refused")
    func cycle() {
        let loaded = Support.load("providers: &a { x: *a }\n")
        #expect(loaded.diagnostics.contains { $0.text.contains("no such anchor before this") })
    }

    @Test("that is nested too deep even to be read says so in words of its own")
    func abyss() {
        for yaml in [String(repeating: "[", count: 5_000), "a: " + String(repeating: "{b: ", count: 5_000)] {
            let texts = Support.load(yaml).diagnostics.map(\.text)
            #expect(texts.contains { $0.contains("nested") } && !texts.contains { $0.contains("yaml_") })
        }
    }

    @Test("that was changed at random never traps, and gives settings or errors")
    func fuzz() {
        let random = SeededRandom(seed: 20_261_124)
        let good = Array(Support.good.utf8)
        let pieces = [
            "\"", "'", "{", "}", "[", "]", ":", "- ", "\n", "  ", "&a", "*a", "<<: ", "~", "${", "}", "\u{0}", "é", "|",
            "#", "!t ", "---\n",
        ]
        for _ in 0..<1_500 {
            var bytes = good
            for _ in 0...(random.next() % 4) {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 4 {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 2: bytes.insert(contentsOf: pieces[Int(random.next() % UInt64(pieces.count))].utf8, at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + Int(random.next() % 40)))
                }
            }
            let loaded = Support.load(String(decoding: bytes, as: UTF8.self))
            #expect((loaded.settings == nil) == loaded.diagnostics.contains { $0.severity == .error })
            for diagnostic in loaded.diagnostics { #expect(diagnostic.line >= 1 && diagnostic.column >= 1) }
        }
    }
}

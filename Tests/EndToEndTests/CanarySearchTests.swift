import Foundation
import Testing

@Suite("The search for canaries")
struct CanarySearchTests {
    /// A way to spell a value that is not the search's own.
    struct Spelling: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var spell: @Sendable (String) -> String

        init(_ name: String, _ spell: @escaping @Sendable (String) -> String) {
            testDescription = name
            self.spell = spell
        }
    }

    private static let plain: [Spelling] = [
        Spelling("as it is") { $0 },
        Spelling("in capitals") {
            String(decoding: $0.utf8.map { (0x61...0x7A).contains($0) ? $0 & 0xDF : $0 }, as: UTF8.self)
        },
        Spelling("in a URL") { $0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "" },
        Spelling("in a URL in a URL") {
            inURL(inURL($0))
        },
        Spelling("as JSON") { String(decoding: (try? JSONEncoder().encode([$0])) ?? Data(), as: UTF8.self) },
        Spelling("as JSON of Foundation's older writer") {
            String(decoding: (try? JSONSerialization.data(withJSONObject: [$0])) ?? Data(), as: UTF8.self)
        },
        Spelling("as JSON in JSON") {
            let inner = String(decoding: (try? JSONEncoder().encode([$0])) ?? Data(), as: UTF8.self)
            return String(decoding: (try? JSONEncoder().encode([inner])) ?? Data(), as: UTF8.self)
        },
        Spelling("for debugging") { String(reflecting: [$0]) },
        Spelling("reversed") { String($0.reversed()) },
        Spelling("in hexadecimal") { $0.utf8.map { String(format: "%02X", $0) }.joined() },
        Spelling("as bytes") { "\(Array($0.utf8))" },
        Spelling("as dumped bytes") {
            var dumped = ""
            dump(Array($0.utf8), to: &dumped)
            return dumped.split(separator: "\n").dropFirst().joined(separator: "\n")
        },
    ]

    private static let base64: [Spelling] = (0..<6).map { length in
        Spelling("in Base64 after \(length) bytes") {
            Data((String(repeating: "x", count: length) + $0 + "yz").utf8).base64EncodedString()
        }
    }

    static let spellings = plain + base64

    private static func inURL(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-._~")))
            ?? ""
    }

    @Test("finds every one of them in every spelling, within other text", arguments: spellings)
    func found(_ spelling: Spelling) {
        for mark in Canary.marks {
            let text = "before: \(spelling.spell(mark.value)), after"
            #expect(Canary.found(in: ["clean", text]).contains(mark.name), "\(mark.name) in \(text)")
        }
    }

    @Test(
        "finds a number in the spellings of people and vendors",
        arguments: [
            "+8613917260435", "8613917260435", "008613917260435", "013917260435", "139 1726 0435", "+86-139-1726-0435",
            "(+86) 139.1726.0435", "%2B86%20139%201726%200435", "PhoneNumbers=13917260435&x", "53406271931",
        ])
    func numbers(_ text: String) {
        #expect(!Canary.leaks(in: [text]).isEmpty)
    }

    @Test(
        "takes no mask and no ordinary word for one of them",
        arguments: [
            "+86139****0435", "+4478****439", "LTAI***71c3", "c***@example.com", "https://hooks.example.com/***",
            "ca***c3", "canary", "name, text, code, 云", "2026-11-24T12:00:00.000Z", "{\"code\":\"***\"}",
        ])
    func clean(_ text: String) {
        #expect(Canary.leaks(in: [text]) == [])
    }
}

import NotificationGateway
import Testing

@testable import GatewayConfiguration

@Suite("Values with units")
struct ValueTests {
    @Test(
        "durations have a unit",
        arguments: [
            ("15s", .seconds(15)), ("500ms", .milliseconds(500)), ("1.5m", .seconds(90)), ("1h30m", .seconds(5_400)),
            ("2d", .seconds(172_800)), ("0s", .zero), ("250us", .microseconds(250)), ("10min", .seconds(600)),
            ("4.000000000d", .seconds(345_600)), ("36525d", .seconds(36_525 * 86_400)),
        ] as [(String, Duration)])
    func durations(_ text: String, _ duration: Duration) {
        #expect(UnitParser.duration(text) == duration)
    }

    @Test(
        "what is no duration is refused",
        arguments: [
            "", "15", "s", "-1s", "1 s", "1s ", "1.s", ".5s", "1e3s", "99999999999999999999s", "200000d", "1x", "٣s",
        ])
    func noDurations(_ text: String) {
        #expect(UnitParser.duration(text) == nil)
    }

    @Test("a time that is too long is told from what is no time")
    func longDurations() {
        for text in ["36526d", "36525d1us", "200000d", "9223372037s", "99999999999999999999.5d", "100000d100000d"] {
            #expect(UnitParser.isTooLong(text) && UnitParser.duration(text) == nil, "\(text)")
        }
        for text in [UnitParser.longestDuration, "0s", "", "1", "99999999999999999999", "99999999999999999999x"] {
            #expect(!UnitParser.isTooLong(text), "\(text)")
        }
    }

    @Test("rates name a span")
    func rates() {
        #expect(UnitParser.rate("300/s") == Rate(300, per: .seconds(1)))
        #expect(UnitParser.rate("1000 / min") == Rate(1_000, per: .seconds(60)))
        #expect(UnitParser.rate("5/day") == Rate(5, per: .seconds(86_400)))
        for wrong in ["", "300", "/s", "0/s", "-1/s", "1/fortnight", "1/s/s", "1.5/s", "99999999999/s"] {
            #expect(UnitParser.rate(wrong) == nil, "\(wrong)")
        }
    }

    @Test("sizes are bytes, or have a unit")
    func sizes() {
        #expect(UnitParser.size("4096") == 4_096)
        #expect(UnitParser.size("10MB") == 10_000_000)
        #expect(UnitParser.size("512KiB") == 524_288)
        #expect(UnitParser.size("1.5 GiB") == 1_610_612_736)
        for wrong in ["", "MB", "-1", "1.5", "1 parsec", "99999999999GB"] { #expect(UnitParser.size(wrong) == nil) }
    }

    @Test("a value is spelt as it would be written")
    func spelling() {
        let spellings = [Duration.milliseconds(1_500), .seconds(15), .seconds(120), .seconds(7_200), .zero].map(
            \.spelling)
        #expect(spellings == ["1500ms", "15s", "2m", "2h", "0s"])
        for spelling in spellings { #expect(UnitParser.duration(spelling)?.spelling == spelling) }
    }

    @Test("references are taken apart, and an escaped one is text")
    func references() throws {
        #expect(try ValueReferences("a$${b}$c").segments == [.literal("a${b}$c")])
        #expect(
            try ValueReferences("x${env:A:-y:-z}${file:/p q}").segments
                == [.literal("x"), .environment("A", fallback: "y:-z"), .file("/p q")])
        #expect(try ValueReferences("").segments == [.literal("")])
        for wrong in ["${", "${}", "${A}", "${env:}", "${env:1A}", "${env:A-b}", "${file:}", "${env:A:b}"] {
            #expect(throws: ValueReferences.Invalid.self) { try ValueReferences(wrong) }
        }
    }

    @Test("the nearest spelling is found, and nothing that is far")
    func spellings() {
        #expect(NearestSpelling.of("aliyn", among: ["journal", "aliyun"]) == "aliyun")
        #expect(NearestSpelling.of("rate-limit", among: ["rate_limit"]) == "rate_limit")
        #expect(NearestSpelling.of("TYPE", among: ["type"]) == "type")
        #expect(NearestSpelling.of("tpye", among: ["type"]) == "type")
        #expect(NearestSpelling.of("bananas", among: ["type", "path"]) == nil)
        #expect(NearestSpelling.of("", among: ["type"]) == nil)
        #expect(NearestSpelling.of("x", among: []) == nil)
    }
}

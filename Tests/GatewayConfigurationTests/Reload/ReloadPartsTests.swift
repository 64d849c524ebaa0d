import GatewayTestKit
import NotificationGateway
import Testing

@testable import GatewayConfiguration

@Suite("The parts of a reload")
struct ReloadPartsTests {
    @Test("the fingerprint knows every key of a provider's section", arguments: Support.kinds.map(\.type))
    func keys(_ type: String) throws {
        let kind = try #require(Support.kinds.first { $0.type == type })
        let keys = Set(FileShape.provider(kind).keys.map(\.name)).subtracting(kind.options.fields.map(\.name))
        #expect(keys == ProviderFingerprint.keys, "a key that is left out does not take effect on reload")
    }

    @Test("a fingerprint sees every part, and shows no value")
    func fingerprint() {
        let base = ProviderFingerprint(type: "t", options: OptionValues(["key": .secret(Secret("s3cret"))]))
        var (type, options, rate) = (base, base, base)
        type.type = "u"
        options.options["key"] = .secret(Secret("other"))
        rate.rateLimit = Rate(1, per: .seconds(1))
        #expect(Set([base, type, options, rate]).count == 4)
        #expect("\(options) \(String(reflecting: options))".contains("other") == false)
    }

    @Test("a digest sees the bytes and where one piece ends")
    func digest() {
        func digest(_ pieces: [UInt8]...) -> ContentDigest {
            pieces.reduce(into: ContentDigest()) { $0.add($1) }
        }
        let all = [digest(), digest([]), digest([1, 2]), digest([1], [2]), digest([2], [1]), digest([1, 2], [])]
        #expect(Set(all).count == all.count)
        #expect(digest([1], [2]) == digest([1], [2]))
    }

    private func gateway(_ providers: [GatewaySettings.ConfiguredProvider]) throws -> Gateway {
        try Gateway(GatewaySettings(providers: providers, routes: []))
    }

    @Test("a gateway is over when another is in force and its last send has ended, in whatever order they end")
    func generations() throws {
        let gateways = try (0..<3).map { _ in try gateway([]) }
        var generations = Generations(gateways[0])
        let first = generations.begin().generation
        let second = generations.begin().generation
        expectNone(generations.succeed(with: gateways[1]))
        let third = generations.begin().generation
        expectNone(generations.succeed(with: gateways[2]))
        expectNone(generations.end(second))
        let ended = generations.end(third)
        let over = try #require(ended)
        #expect(over.gateway === gateways[1] && over.remaining.map { $0 === gateways[0] } == [true, false])
        let lastEnded = generations.end(first)
        let last = try #require(lastEnded)
        #expect(last.gateway === gateways[0] && last.remaining.count == 1)
        expectNone(generations.end(generations.begin().generation))
    }

    private func expectNone(_ ended: Generations.Ended?, _ location: SourceLocation = #_sourceLocation) {
        #expect(ended.map(\.remaining.count) == nil, sourceLocation: location)
    }

    @Test("a provider that a gateway still in use goes on with is spared")
    func sparing() async throws {
        let recorders = [RecordingProvider(), RecordingProvider()]
        let providers = [
            GatewaySettings.ConfiguredProvider(name: "a", provider: recorders[0]),
            GatewaySettings.ConfiguredProvider(name: "b", provider: recorders[1]),
        ]
        let former = try gateway(providers)
        #expect(await former.shutdown(sparing: [try gateway([providers[1]])]) == ["a"])
        #expect(recorders.map(\.shutdowns) == [1, 0])
        var changed = providers[1]
        changed.rateLimit = Rate(1, per: .seconds(1))
        #expect(await former.shutdown(sparing: [try gateway([changed])]) == ["a", "b"])
    }
}

import GatewayTestKit
import Testing

@testable import NotificationGateway

@Suite("Quiet hours")
struct QuietHoursTests {
    private let night = QuietHours(from: 21 * 60, to: 8 * 60)
    /// 2026-01-02T00:00:00Z.
    private let midnight: Int64 = 1_767_312_000

    private func state(_ hours: QuietHours, _ minute: Int, _ offsets: [Int]) -> QuietHours.State {
        hours.state(at: WallTime(secondsSinceEpoch: midnight + Int64(minute * 60)), offsets: offsets)
    }

    @Test("begin and end to the minute, also past midnight")
    func edges() {
        #expect(state(night, 21 * 60 - 1, [0]) == .open)
        #expect(state(night, 21 * 60, [0]) == .quiet(.seconds(11 * 3_600)))
        #expect(state(night, 0, [0]) == .quiet(.seconds(8 * 3_600)))
        #expect(state(night, 8 * 60 - 1, [0]) == .quiet(.seconds(60)))
        #expect(state(night, 8 * 60, [0]) == .open)
        let noon = QuietHours(from: 12 * 60, to: 14 * 60)
        #expect(state(noon, 12 * 60, [0]) == .quiet(.seconds(7_200)) && state(noon, 14 * 60, [0]) == .open)
    }

    @Test("count by every clock of the country, and end when none is quiet any more")
    func widest() {
        // Berlin in winter or summer: quiet to 8 at UTC+1, from 21 at UTC+2.
        #expect(state(night, 19 * 60, [60, 120]) == .quiet(.seconds(12 * 3_600)))
        #expect(state(night, 6 * 60 + 30, [60, 120]) == .quiet(.seconds(1_800)))
        #expect(state(night, 7 * 60, [60, 120]) == .open)
        #expect(state(QuietHours(from: 18 * 60, to: 9 * 60), 0, [120, 720]) == .always)
    }

    @Test("agree with a look at every minute", arguments: 1...20 as ClosedRange<UInt64>)
    func model(seed: UInt64) {
        let random = SeededRandom(seed: seed)
        func draw(_ count: UInt64) -> Int { Int(random.next() % count) }
        let hours = QuietHours(from: draw(1_440), to: draw(1_440))
        let offsets = (0...draw(3)).map { _ in (draw(105) - 48) * 15 }
        func isQuiet(_ minute: Int) -> Bool {
            offsets.contains { offset in
                let clock = ((minute + offset) % 1_440 + 1_440) % 1_440
                return hours.from < hours.to
                    ? (hours.from..<hours.to).contains(clock)
                    : hours.from != hours.to && !(hours.to..<hours.from).contains(clock)
            }
        }
        for minute in stride(from: 0, to: 1_440, by: 7) {
            let open = (minute...minute + 1_440).first { !isQuiet($0) }
            let expected: QuietHours.State =
                open.map { $0 == minute ? .open : .quiet(.seconds(60 * ($0 - minute))) } ?? .always
            #expect(state(hours, minute, offsets) == expected)
        }
    }

    @Test("know the clocks of every country where somebody lives")
    func countries() {
        #expect(("CN" as CountryCode).utcOffsets == [480])
        #expect(("IN" as CountryCode).utcOffsets == [330])
        #expect(("GB" as CountryCode).utcOffsets == [0, 60])
        #expect(("CA" as CountryCode).utcOffsets == [-480, -420, -360, -300, -240, -210, -180, -150])
        #expect(CountryCode.all.filter { $0.utcOffsets == nil } == ["BV", "HM"])
        for offsets in CountryCode.all.compactMap(\.utcOffsets) {
            #expect(!offsets.isEmpty && offsets == offsets.sorted() && offsets.allSatisfy { (-720...840).contains($0) })
        }
        #expect(night.offsets(nil, default: "CN") == [480] && night.offsets(nil, default: nil) == [0])
        #expect(night.offsets("BV", default: nil) == [0])
        #expect(QuietHours(from: 0, to: 1, zone: .offset(minutes: -90)).offsets("CN", default: nil) == [-90])
    }

    @Test("that are none, or for codes, are faults")
    func faults() {
        #expect(night.fault == nil)
        #expect(QuietHours(from: 1, to: 1).fault != nil && QuietHours(from: 0, to: 1_440).fault != nil)
        #expect(QuietHours(from: 0, to: 1, categories: [.verification]).fault?.contains("never wait") == true)
        #expect(QuietHours(from: 0, to: 1, categories: []).fault != nil)
        #expect(QuietHours(from: 0, to: 1, zone: .offset(minutes: 900)).fault != nil)
    }

    /// 2026-01-02T03:04:05Z: 11:04:05 in China, 19:04:05 the day before in California.
    private func send(_ category: Category, _ hours: QuietHours, to number: Address) async throws -> Delivery {
        let provider = RecordingProvider()
        let gateway = try Gateway(
            GatewaySettings(
                defaultCountry: "CN",
                providers: [GatewaySettings.ConfiguredProvider(name: "p", provider: provider)],
                routes: [Route(name: "r", candidates: [Route.Candidate("p")], quietHours: hours)]),
            clock: ManualClock(), random: SeededRandom())
        let message = Message(to: [number], content: .text("hi"), category: category)
        #expect(gateway.plan(message).batches.first?.quietHours == (category == .marketing ? hours : nil))
        let delivery = await gateway.send(message)
        #expect(provider.requests.count == (delivery.outcome == .accepted ? 1 : 0))
        return delivery
    }

    @Test("refuse marketing with the time when it is allowed again, and nothing else")
    func refusal() async throws {
        let late = QuietHours(from: 11 * 60, to: 12 * 60)
        let refused = try await send(.marketing, late, to: "13800138000")
        #expect(refused.outcome == .rejected && refused.attempts.isEmpty)
        let result = try #require(refused.recipients.first)
        #expect(result.error?.reason == .quietHours && result.route == "r")
        #expect(result.error?.retryAfter == .seconds(55 * 60 + 55))
        #expect(result.error?.message.contains("11:00 to 12:00, recipient's time") == true)
        for category in [Category.verification, .notification] {
            #expect(try await send(category, late, to: "13800138000").outcome == .accepted)
        }
    }

    @Test("are the recipient's own, or those of the stated clock")
    func zones() async throws {
        #expect(try await send(.marketing, night, to: "13800138000").outcome == .accepted)
        #expect(try await send(.marketing, night, to: "+14155552671").outcome == .rejected)
        let fixed = QuietHours(from: 21 * 60, to: 8 * 60, zone: .offset(minutes: 480))
        #expect(try await send(.marketing, fixed, to: "+14155552671").outcome == .accepted)
    }
}

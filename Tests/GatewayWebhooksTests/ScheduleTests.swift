import HTTPTransport
import NotificationGateway
import Testing

@testable import GatewayWebhooks

@Suite("When an endpoint is told again")
struct ScheduleTests {
    @Test("follows the Standard Webhooks: ten tries in three days, each pause longer by at most a tenth")
    func standard() {
        let schedule = WebhookSchedule()
        let seconds: [Int64] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
        for (index, pause) in seconds.enumerated() {
            #expect(schedule.pause(afterTries: index + 1, named: nil, bits: 0) == .seconds(pause))
            let longest = schedule.pause(afterTries: index + 1, named: nil, bits: .max) ?? .zero
            #expect(longest > .seconds(pause) && longest <= .seconds(pause) + .seconds(pause) / 10)
        }
        #expect(schedule.pause(afterTries: 10, named: nil, bits: 0) == nil && schedule.tries == 10)
        #expect(schedule.pause(afterTries: 10, named: .seconds(1), bits: 0) == nil)
    }

    @Test("never comes before the time that an endpoint named, unless that is more than a day")
    func named() {
        let schedule = WebhookSchedule()
        #expect(schedule.pause(afterTries: 1, named: .seconds(1), bits: 0) == .seconds(5))
        #expect(schedule.pause(afterTries: 1, named: .seconds(90), bits: 0) == .seconds(90))
        #expect(schedule.pause(afterTries: 1, named: .seconds(999_999), bits: 0) == .seconds(86_400))
    }

    @Test("depends on the answer")
    func verdicts() {
        func verdict(_ status: Int, _ headers: [HTTPRequest.Header] = []) -> WebhookVerdict {
            WebhookVerdict(
                HTTPResponse(status: status, headers: HTTPHeaderBlock(headers)), now: WallTime(secondsSinceEpoch: 0))
        }
        for status in [200, 201, 202, 204, 299] { #expect(verdict(status) == .taken) }
        for status in [100, 199, 300, 301, 302, 307, 308, 400, 401, 404, 409, 411, 418, 429, 500, 502, 503, 999] {
            #expect(verdict(status) == .again(after: nil), "\(status)")
        }
        #expect(verdict(410) == .gone)
        for status in [429, 503] {
            #expect(verdict(status, [.init("Retry-After", "120")]) == .again(after: .seconds(120)))
            #expect(verdict(status, [.init("retry-after", "soon")]) == .again(after: nil))
        }
        #expect(verdict(301, [.init("Retry-After", "120")]) == .again(after: nil))
    }
}

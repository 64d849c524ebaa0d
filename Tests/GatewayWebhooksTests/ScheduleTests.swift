import GatewayTestKit
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

    @Test("is told by the event's age where nobody remembers: the try that was due last comes next")
    func ages() {
        let schedule = WebhookSchedule()
        #expect(schedule.length == .seconds(272_105))
        let table: [(seconds: Int64, behind: Int)] = [
            (-60, 0), (0, 0), (4, 0), (5, 1), (27, 1), (304, 1), (305, 2), (2104, 2), (2105, 3), (9305, 4), (27_305, 5),
            (63_304, 5), (63_305, 6), (113_705, 7), (144_000, 7), (185_704, 7), (185_705, 8), (272_104, 8),
            (272_105, 9), (999_999_999, 9),
        ]
        for (seconds, behind) in table {
            #expect(schedule.triesBehind(atAge: .seconds(seconds)) == behind, "\(seconds) s")
        }
        #expect(schedule.triesBehind(atAge: .seconds(5) - .nanoseconds(1)) == 0)
        #expect(WebhookSchedule(pauses: []).triesBehind(atAge: .seconds(999)) == 0)
        #expect(WebhookSchedule(pauses: [.zero, .zero]).triesBehind(atAge: .zero) == 2)
    }

    @Test("is kept however often it restarts: no try is missing, and none is the last before its time")
    func restarts() {
        let (schedule, random) = (WebhookSchedule(), SeededRandom(seed: 7))
        for round in 0..<2000 {
            var (age, tries, tells) = (Duration.zero, 0, [Duration]())
            while true {
                tells.append(age)
                tries += 1
                guard let pause = schedule.pause(afterTries: tries, named: nil, bits: random.next()) else { break }
                // A third of the restarts finds the event when it is due, the others, after a crash, at any time before.
                guard random.next() % 4 < round % 4 else {
                    age += pause
                    continue
                }
                age += random.next() % 3 == 0 ? pause : pause * (Double(random.next() >> 11) / Double(1 << 53))
                tries = schedule.triesBehind(atAge: age)
            }
            #expect(age >= schedule.length)
            var planned = Duration.zero
            for (index, pause) in ([.zero] + schedule.pauses).enumerated() {
                planned += pause
                let told = tells.count { $0 <= planned + planned / 10 }
                #expect(told > index, "round \(round): told \(told) times after \(planned)")
            }
            if round % 4 == 0 { #expect(tells.count == 10) }
        }
    }

    @Test("goes on after it has rested for long, and is not given up before its time")
    func rests() {
        let (schedule, random) = (WebhookSchedule(), SeededRandom(seed: 8))
        for _ in 0..<2000 {
            var (age, tries, tells, rests) = (Duration.zero, 0, 0, 0)
            while true {
                (tells, tries) = (tells + 1, tries + 1)
                guard let pause = schedule.pause(afterTries: tries, named: nil, bits: random.next()) else { break }
                age += pause
                guard random.next() % 5 == 0 else { continue }
                // It rests until the next try would have been due, at the latest: that one is missed, and no other.
                let next = tries < schedule.pauses.count ? schedule.pauses[tries] : .zero
                age += next * (Double(random.next() >> 11) / Double(1 << 53))
                (tries, rests) = (schedule.triesBehind(atAge: age), rests + 1)
            }
            #expect(age >= schedule.length && tells + rests >= schedule.tries)
        }
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

import NotificationGateway

/// What a rule finds while it runs.
struct Findings: Sendable {
    private(set) var checks = 0
    private(set) var violations: [String] = []
    private(set) var omissions: [String] = []

    /// Counts a check, and notes a violation unless the condition holds.
    mutating func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
        checks += 1
        if !condition { violations.append(message()) }
    }

    mutating func omit(_ why: String) {
        if !omissions.contains(why) { omissions.append(why) }
    }

    /// Makes a provider against a vendor, lets the body check it, and cleans up.
    mutating func with(
        _ behaviour: VendorBehaviour, _ subject: ConformanceSubject,
        _ body: (ProviderUnderTest, inout Findings) async -> Void
    ) async {
        do throws(NotApplicable) {
            let bench = try await subject.make(behaviour)
            await body(bench, &self)
            _ = await bench.shutdown(subject)
            await bench.dispose()
        } catch {
            omit("\(behaviour.name): \(error.why)")
        }
    }
}

extension VendorBehaviour {
    /// A name for reports: without the bytes of answers.
    var name: String {
        switch self {
        case .accepts: "a vendor that accepts"
        case .acceptsTogether: "a vendor that accepts many together"
        case .answers(let answer): "an answer of \(answer.body.count) bytes with status \(answer.status)"
        case .refusesConnection: "a vendor that cannot be reached"
        case .timesOutUnanswered: "a vendor that does not answer in time"
        case .closesUnanswered: "a vendor that closes unanswered"
        case .closesHalfWay: "a vendor that closes within its answer"
        case .hangs: "a vendor that hangs"
        case .scripted(let name): name
        }
    }
}

import Testing

@testable import NotificationGateway

@Suite("The circuits that all sends of a provider share")
struct ProviderBreakersTests {
    private let now = MonotonicTime.now
    private let binding = BindingKey(template: "login-code", fields: OptionValues())

    @Test("count every event of many tasks, and are marked as long as they are not quiet")
    func concurrent() async {
        let breakers = ProviderBreakers()
        #expect(!breakers.isMarked)
        // Nine failures are one too few to take a share away; which tasks they come from must not matter.
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<9 {
                group.addTask {
                    let error = ProviderError(.vendorError, .rejected, message: "no")
                    #expect(breakers.failed(error, binding, at: now, time: WallTime(secondsSinceEpoch: 7)) == nil)
                }
            }
        }
        #expect(breakers.isMarked && breakers.isClosed(binding, at: now))
        let transitions = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    let error = ProviderError(.vendorError, .rejected, message: "no")
                    return breakers.failed(error, binding, at: now, time: WallTime(secondsSinceEpoch: 7)) == nil ? 0 : 1
                }
            }
            return await group.reduce(0, +)
        }
        #expect(transitions == 1, "people hear of a change once")
        #expect(!breakers.isClosed(binding, at: now))
    }

    @Test("let one of many messages take the slot of a probe", arguments: 1...20)
    func probe(_ round: Int) async {
        let breakers = ProviderBreakers()
        let error = ProviderError(.accountSuspended, .rejected, message: "no")
        _ = breakers.failed(error, binding, at: now, time: WallTime(secondsSinceEpoch: 7))
        let later = now + CircuitBreaker.firstPause(.atOnce)
        let passed = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 {
                group.addTask { breakers.standing(binding, at: later, bits: 0, takingProbe: true) == .closed }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(passed == 1)
    }
}

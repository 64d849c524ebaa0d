import NotificationGateway
import Testing

@testable import GatewayOutbox

@Suite("What a delivery means for its entry")
struct DeliveryTests {
    private static func change(
        _ outcomes: [(Outcome, Reason?)], _ category: NotificationGateway.Category = .notification, tries: Int = 1,
        expires: WallTime? = nil, retryAfter: Duration? = nil
    ) -> EntryChange {
        var entry = OutboxEntry(.sample("a", category, expires: expires), now: .at(0))
        for _ in 1...tries { entry.progress = entry.progress.taken(by: .of("o", until: 30), now: .at(0)) }
        return .after(
            .of(outcomes, retryAfter: retryAfter), of: entry, now: .at(10), owner: "o", retry: RetryPolicy(maxTries: 3),
            bits: 0)
    }

    @Test("is what the worst of its recipients says, where something may have been taken")
    func taken() {
        #expect(Self.change([(.accepted, nil), (.accepted, nil)]).event == .accepted)
        #expect(Self.change([(.dryRun, nil)]).event == .accepted)
        #expect(Self.change([(.accepted, nil), (.uncertain, .timedOut)]).event == .uncertain)
        #expect(Self.change([(.rejected, .throttled), (.uncertain, .timedOut)]).event == .uncertain)
        #expect(Self.change([(.accepted, nil), (.rejected, .throttled)]).event == .rejected)
    }

    @Test("is another try, unless the message itself is at fault or its tries are used up")
    func rejected() {
        let retry = Self.change([(.rejected, .throttled)])
        #expect(retry.event == .retry && retry.dueAt == .at(15) && retry.owner == "o")
        #expect(retry.result?.recipients.map(\.reason) == ["throttled"])
        #expect(Self.change([(.rejected, .insufficientBalance)]).event == .retry)
        #expect(Self.change([(.rejected, .throttled)], tries: 3).event == .exhausted)
        #expect(Self.change([(.rejected, .invalidRecipient)]).event == .rejected)
        #expect(Self.change([(.rejected, .invalidRecipient), (.rejected, .throttled)]).event == .retry)
        #expect(Self.change([]).event == .rejected)
    }

    @Test("waits as long as the vendor, a limit or quiet hours ask")
    func named() {
        for reason in [Reason.throttled, .quietHours, .recipientLimit] {
            let change = Self.change([(.rejected, reason)], retryAfter: .seconds(7200))
            #expect(change.event == .retry && change.dueAt == .at(7210))
        }
    }

    @Test("frees a message whose send was cancelled, and ends one whose time is over")
    func time() {
        #expect(Self.change([(.rejected, .cancelled)]).event == .released)
        #expect(Self.change([(.rejected, .deadlineExceeded)]).event == .retry)
        #expect(Self.change([(.rejected, .deadlineExceeded)], .verification).event == .expired)
        #expect(Self.change([(.rejected, .throttled)], expires: .at(10)).event == .expired)
    }

    @Test("follows pauses that double up to the longest")
    func pauses() {
        let policy = RetryPolicy()
        let spans = (1...12).map { policy.pause(afterTry: $0, named: nil, bits: .max) }
        #expect(spans.prefix(4).map { Int($0 / .seconds(1) + 0.5) } == [10, 20, 40, 80])
        #expect(spans.allSatisfy { $0 <= .seconds(3600) } && spans[11] > .seconds(3599))
        #expect(policy.pause(afterTry: 1, named: nil, bits: 0) == .seconds(5))
        #expect(policy.pause(afterTry: .max, named: nil, bits: 0) == .seconds(1800))
        #expect(policy.pause(afterTry: 1, named: .seconds(1), bits: 0) == .seconds(5))
    }
}

extension Delivery {
    /// A delivery with these outcomes.
    static func of(_ outcomes: [(Outcome, Reason?)], id: MessageID = "a", retryAfter: Duration? = nil) -> Delivery {
        Delivery(
            messageID: id, mode: .live,
            recipients: outcomes.map { outcome, reason in
                RecipientResult(
                    given: "+8613800138000", recipient: nil, outcome: outcome,
                    error: reason.map {
                        ProviderError(
                            $0, outcome == .uncertain ? .unknown : .rejected, message: "no", retryAfter: retryAfter)
                    })
            })
    }
}

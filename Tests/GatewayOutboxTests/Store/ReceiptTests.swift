import NotificationGateway
import Testing

@testable import GatewayOutbox

@Suite("A receipt")
struct ReceiptTests {
    private static let one: [Address] = ["+8613800138000"]
    private static let two: [Address] = ["+8613800138000", "+8613800138001"]

    private static func receipt(
        _ reference: String? = "a-1", _ address: String? = "+8613800138000", isDelivered: Bool = true,
        vendorMessageID: String? = nil, at second: Int64 = 20
    ) -> DeliveryReceipt {
        DeliveryReceipt(
            provider: "p", reference: reference, vendorMessageID: vendorMessageID, address: address,
            word: ReceiptWord(isDelivered: isDelivered, code: isDelivered ? "DELIVERED" : "MK:0001", time: .at(second)))
    }

    /// A store with one message, which somebody is sending.
    private static func sending(_ kind: StoreKind, to recipients: [Address]) async throws -> (any OutboxStore, Any) {
        let (store, folder) = try kind.make()
        _ = try await store.submit(.sample("a", to: recipients), now: .at(0))
        _ = try await store.take(.due, for: .of("o", until: 30), limit: 1, now: .at(0))
        return (store, folder)
    }

    /// The same, taken by a vendor.
    private static func accepted(_ kind: StoreKind, to recipients: [Address]) async throws -> (any OutboxStore, Any) {
        let (store, folder) = try await sending(kind, to: recipients)
        try await store.change("a", by: acceptance(recipients))
        return (store, folder)
    }

    private static func acceptance(_ recipients: [Address], _ event: EntryEvent = .accepted) -> EntryChange {
        let addresses = recipients.map { address in
            if case .text(let text) = address { text } else { "" }
        }
        return EntryChange(event, now: .at(10), owner: "o", result: .accepted(addresses, "biz"))
    }

    @Test("moves an accepted message on, once", arguments: StoreKind.allCases)
    func delivered(_ kind: StoreKind) async throws {
        let (store, folder) = try await Self.accepted(kind, to: Self.one)
        defer { withExtendedLifetime(folder) {} }
        let answer = try await store.receive(Self.receipt(), now: .at(21))
        #expect(answer.effect == .applied && answer.entry?.state == .delivered && answer.entry?.changedAt == .at(21))
        let again = try await store.receive(Self.receipt(isDelivered: false), now: .at(22))
        #expect(again.effect == .repeated && again.entry?.state == .delivered)
        let kept = try #require(try await store.entry("a")?.result?.recipients.first)
        #expect(kept.receipt == Self.receipt().word && kept.receipt?.time == .at(20) && kept.vendorMessageID == "biz")
    }

    @Test("that did not arrive says so, with the carrier's code", arguments: StoreKind.allCases)
    func undelivered(_ kind: StoreKind) async throws {
        let (store, folder) = try await Self.accepted(kind, to: Self.one)
        defer { withExtendedLifetime(folder) {} }
        let answer = try await store.receive(Self.receipt(isDelivered: false), now: .at(21))
        #expect(answer.entry?.state == .undelivered)
        #expect(answer.entry?.result?.recipients.first?.receipt?.code == "MK:0001")
    }

    @Test("waits for those of the other recipients, in any order", arguments: StoreKind.allCases, [true, false])
    func batch(_ kind: StoreKind, _ isDelivered: Bool) async throws {
        let (store, folder) = try await Self.accepted(kind, to: Self.two)
        defer { withExtendedLifetime(folder) {} }
        let second = Self.receipt("a-1", "+8613800138001", isDelivered: isDelivered)
        #expect(try await store.receive(second, now: .at(21)).entry?.state == .accepted)
        #expect(try await store.receive(second, now: .at(21)).effect == .repeated)
        let last = try await store.receive(Self.receipt(), now: .at(22))
        #expect(last.entry?.state == (isDelivered ? .delivered : .undelivered))
    }

    @Test("finds its message by the vendor's id alone", arguments: StoreKind.allCases)
    func vendorID(_ kind: StoreKind) async throws {
        let (store, folder) = try await Self.accepted(kind, to: Self.two)
        defer { withExtendedLifetime(folder) {} }
        let answer = try await store.receive(Self.receipt(nil, vendorMessageID: "biz"), now: .at(21))
        #expect(answer.effect == .applied && answer.entry?.id == "a")
        for reference in ["x-1", "a", "a-x"] {
            let receipt = Self.receipt(reference, "+8613800138001", vendorMessageID: "biz")
            #expect(try await store.receive(receipt, now: .at(21)).effect != .unknown)
        }
    }

    @Test("for what nobody sent, or to somebody else, is harmless", arguments: StoreKind.allCases)
    func unknown(_ kind: StoreKind) async throws {
        let (store, folder) = try await Self.accepted(kind, to: Self.two)
        defer { withExtendedLifetime(folder) {} }
        for receipt in [
            Self.receipt("b-1"), Self.receipt("a-1-1"), Self.receipt(nil), Self.receipt(nil, vendorMessageID: "other"),
            Self.receipt("a-1", "+8613800138009"), Self.receipt("a-1", nil),
        ] {
            #expect(try await store.receive(receipt, now: .at(21)).effect == .unknown)
        }
        #expect(try await store.entry("a")?.state == .accepted)
    }

    @Test("needs no address where there is one recipient, however the vendor writes it", arguments: StoreKind.allCases)
    func single(_ kind: StoreKind) async throws {
        for address in [nil, "13800138000"] {
            let (store, folder) = try await Self.accepted(kind, to: Self.one)
            defer { withExtendedLifetime(folder) {} }
            #expect(try await store.receive(Self.receipt("a-1", address), now: .at(21)).entry?.state == .delivered)
        }
    }

    @Test("that comes before its sender has written anything down counts then", arguments: StoreKind.allCases)
    func early(_ kind: StoreKind) async throws {
        let (store, folder) = try await Self.sending(kind, to: Self.two)
        defer { withExtendedLifetime(folder) {} }
        for address in ["+8613800138001", "+8613800138000"] {
            let answer = try await store.receive(Self.receipt("a-1", address), now: .at(5))
            #expect(answer.effect == .applied && answer.entry?.state == .sending)
        }
        let entry = try await store.change("a", by: Self.acceptance(Self.two, .uncertain))
        #expect(entry.state == .delivered && entry.result?.recipients.allSatisfy { $0.receipt != nil } == true)
    }

    @Test("proves that a killed sender had sent", arguments: StoreKind.allCases)
    func proof(_ kind: StoreKind) async throws {
        let (store, folder) = try await Self.sending(kind, to: Self.one)
        defer { withExtendedLifetime(folder) {} }
        _ = try await store.receive(Self.receipt(), now: .at(5))
        let entry = try #require(
            try await store.take(.abandoned, for: .of("p", until: 60), limit: 1, now: .at(31)).first)
        #expect(Recovery.verdictUnasked(entry, now: .at(31), maxTries: 3) == .accepted)
        #expect(try await store.change("a", by: EntryChange(.accepted, now: .at(31), owner: "p")).state == .delivered)
    }

    @Test("ends doubt, and keeps from going out again what was sent", arguments: StoreKind.allCases)
    func doubt(_ kind: StoreKind) async throws {
        for event in [EntryEvent.uncertain, .retry, .released] {
            let (store, folder) = try await Self.sending(kind, to: Self.one)
            defer { withExtendedLifetime(folder) {} }
            try await store.change("a", by: EntryChange(event, now: .at(10), owner: "o"))
            #expect(try await store.receive(Self.receipt(), now: .at(21)).entry?.state == .delivered)
            #expect(try await store.take(.due, for: .of("o", until: 90), limit: 1, now: .at(60)).isEmpty)
        }
    }

    @Test("shows no address")
    func masked() {
        #expect(!"\(Self.receipt())".contains("138"))
    }
}

extension SendResult {
    /// What a send brought of which all is well; provider `p`.
    static func accepted(_ addresses: [String], _ vendorMessageID: String) -> SendResult {
        SendResult(
            recipients: addresses.map {
                RecipientOutcome(address: $0, outcome: "accepted", provider: "p", vendorMessageID: vendorMessageID)
            }, requests: 1)
    }
}

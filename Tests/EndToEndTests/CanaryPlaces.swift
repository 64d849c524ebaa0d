import AliyunProvider
import FileProvider
import Foundation
import GatewayOutbox
import GatewayTestKit
import LoopbackServer
import NotificationGateway
import ProcessSupport
import Testing

/// Where personal data stands because it is meant to: the whole list.
enum CanaryPlace: String, CaseIterable, Sendable {
    /// The caller's own word, in a field that says so; every description masks it.
    case addressOfResult = "the address of a delivery's recipient"
    /// What the vendor knows, in fields that say so.
    case recordOfVendor = "the text and the receiver of a vendor's record"
    /// `reveal: true`, for local work.
    case revealingFile = "the file of a provider that reveals"
    /// What waits must be kept whole.
    case fileOfOutbox = "the file of an outbox"
    /// A default is a part of the file, also where its value comes from outside.
    case defaultOfTemplate = "the default of a template's parameter"
    /// What is sent goes to the vendor, the key's id and the token with it.
    case requestToVendor = "the request that the vendor gets"

    /// Which canaries are there, and no other.
    var marks: Set<String> {
        switch self {
        case .addressOfResult: ["the number"]
        case .recordOfVendor: ["the number", "the code"]
        case .revealingFile: ["the number", "the name", "the text", "a default from outside", "a canary"]
        case .fileOfOutbox: ["the number", "the name", "the text", "the tag"]
        case .defaultOfTemplate: ["a default from outside", "a canary"]
        case .requestToVendor:
            [
                "the number", "the name", "the text", "the key's id", "the token", "a default from outside",
                "a constant",
                "a canary",
            ]
        }
    }

    /// What stands there after a message.
    func texts() async throws -> [String] {
        switch self {
        case .addressOfResult:
            try await CanaryBench.with { bench in
                let delivery = await bench.gateway.send(CanaryEnding.news)
                let plan = bench.gateway.plan(CanaryEnding.news)
                return (delivery.recipients + plan.recipients).map(\.address)
            }
        case .recordOfVendor:
            try await CanaryBench.with(CanaryVendor(query: Self.record)) { bench in
                let lookup = try #require(bench.gateway.provider("vendor")?.statusLookup)
                let query = StatusQuery(
                    reference: "m-1", recipient: try Recipient(Canary.number, channel: .sms, defaultCountry: "CN"),
                    sentAt: WallTime(secondsSinceEpoch: 1_767_323_045), deadline: bench.clock.now + .seconds(30))
                return try await lookup.records(for: query).flatMap { [$0.text ?? "", $0.recipient?.address ?? ""] }
            }
        case .revealingFile: try await revealed()
        case .fileOfOutbox: try await stored()
        case .defaultOfTemplate:
            try await CanaryBench.with { bench in
                bench.settings.templates.flatMap(\.parameters).compactMap(\.defaultValue)
            }
        case .requestToVendor:
            try await CanaryBench.with { bench in
                _ = await bench.gateway.send(CanaryEnding.news)
                return bench.server.requests.map { $0.head + String(decoding: $0.body, as: UTF8.self) }
            }
        }
    }

    static let record = CanaryVendor.Move.answer(
        Array(
            #"""
            {"Code":"OK","TotalCount":1,"SmsSendDetailDTOs":{"SmsSendDetailDTO":[{"OutId":"m-1","SendStatus":3,
            "PhoneNum":"\#(Canary.number)","Content":"your code is \#(Canary.code)","ErrCode":"DELIVERED"}]}}
            """#.utf8))

    private func revealed() async throws -> [String] {
        try await CanaryBench.with(file: { $0.replacing("fsync: never", with: "fsync: always, reveal: true") }) {
            bench in
            var message = CanaryEnding.news
            message.recipients = ["+1 202 555 0123"]
            message.content = .template(
                "shipped", parameters: ["name": Canary.name, "text": Canary.text + Canary.number])
            #expect(await bench.gateway.send(message).outcome == .accepted)
            return [
                try String(
                    decoding: Data(contentsOf: URL(fileURLWithPath: bench.folder.file("journal.jsonl"))), as: UTF8.self)
            ]
        }
    }

    private func stored() async throws -> [String] {
        try await CanaryBench.with { bench in
            let path = bench.folder.file("outbox.sqlite")
            let store = try SQLiteOutboxStore(path: path)
            _ = try await store.submit(Submission(CanaryEnding.news), now: WallTime(secondsSinceEpoch: 0))
            try store.close()
            return ["", "-wal"].compactMap { ending in
                FileManager.default.contents(atPath: path + ending).map { String(decoding: $0, as: UTF8.self) }
            }
        }
    }
}

@Suite("Personal data stands")
struct CanaryPlaceTests {
    @Test("in these places and with these parts alone", arguments: CanaryPlace.allCases)
    func places(_ place: CanaryPlace) async throws {
        let found = Canary.found(in: try await place.texts())
        #expect(found == place.marks)
    }
}

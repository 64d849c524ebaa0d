import Foundation
import GatewayOutbox
import GatewayTestKit
import NotificationGateway
import ProcessSupport
import Testing

/// Every store that there is; the suite runs on each.
enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case memory
    case sqlite

    var testDescription: String { rawValue }

    /// An empty store; the folder keeps its file alive.
    func make(events: Set<EntryState> = []) throws -> (store: any OutboxStore & EventLog, folder: TemporaryFolder) {
        let folder = try TemporaryFolder()
        switch self {
        case .memory: return (InMemoryOutboxStore(events: events), folder)
        case .sqlite: return (try SQLiteOutboxStore(path: folder.file("outbox.sqlite"), events: events), folder)
        }
    }
}

extension OutboxStore {
    /// All entries in a state, in the order of submission.
    func entries(in state: EntryState) async throws -> [OutboxEntry] {
        try await entries(matching: EntryFilter(state: state), .oldestFirst, after: nil, limit: 999)
    }
}

extension WallTime {
    /// A second of the tests' own calendar.
    static func at(_ seconds: Int64) -> WallTime { WallTime(secondsSinceEpoch: 1_767_323_045 + seconds) }
}

extension Submission {
    /// A submission of a text to one number.
    static func sample(
        _ id: String, _ category: NotificationGateway.Category = .notification, tenant: Tenant = "shop",
        sendAt: WallTime? = nil, expires: WallTime? = nil, idempotency: Idempotency? = nil, text: String = "hello",
        template: TemplateName? = nil, tags: [NotificationGateway.Tag] = [],
        to recipients: [Address] = ["+8613800138000"], reference: String? = nil, isFoundByRecipient: Bool = false
    ) -> Submission {
        Submission(
            Message(
                id: MessageID(rawValue: id), to: recipients,
                content: template.map { .template($0, parameters: [:]) } ?? .text(text), category: category, tags: tags,
                expires: expires),
            tenant: tenant, sendAt: sendAt, idempotency: idempotency, reference: reference,
            isFoundByRecipient: isFoundByRecipient)
    }
}

extension Lease {
    /// A lease that ends at a second of the tests' calendar.
    static func of(_ owner: LeaseOwner, until seconds: Int64) -> Lease { Lease(owner: owner, end: .at(seconds)) }
}

/// The project's folder.
let projectFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

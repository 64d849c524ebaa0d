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
    func make() throws -> (store: any OutboxStore, folder: TemporaryFolder) {
        let folder = try TemporaryFolder()
        switch self {
        case .memory: return (InMemoryOutboxStore(), folder)
        case .sqlite: return (try SQLiteOutboxStore(path: folder.file("outbox.sqlite")), folder)
        }
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
        sendAt: WallTime? = nil, expires: WallTime? = nil, idempotency: Idempotency? = nil, text: String = "hello"
    ) -> Submission {
        Submission(
            Message(
                id: MessageID(rawValue: id), to: ["+8613800138000"], content: .text(text), category: category,
                expires: expires),
            tenant: tenant, sendAt: sendAt, idempotency: idempotency)
    }
}

extension Lease {
    /// A lease that ends at a second of the tests' calendar.
    static func of(_ owner: LeaseOwner, until seconds: Int64) -> Lease { Lease(owner: owner, end: .at(seconds)) }
}

/// The project's folder.
let projectFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

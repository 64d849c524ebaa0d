import GatewayOutbox
import NotificationGateway

/// Who asks, and what it may.
struct Caller: Sendable {
    /// `nil` for whoever can reach a server without keys.
    var key: KeyID?
    private var grant: KeyRecord.Grant

    init(_ record: KeyRecord) {
        key = record.id
        grant = record.grant
    }

    private init(_ scopes: Set<KeyScope>) { grant = KeyRecord.Grant(scopes: scopes) }

    /// A server without keys lets everybody do everything.
    static let anybody = Caller(Set(KeyScope.allCases))

    /// Sees everybody's messages, and no address written out.
    static let onlooker = Caller([.read])

    var rate: Rate? { grant.rate }

    /// Whose messages it sends.
    var tenant: Tenant { grant.tenant ?? "default" }

    /// Whose messages it sees alone; `nil` sees all.
    var onlyTenant: Tenant? { grant.tenant }

    /// Whether it sees addresses written out: its own tenant's, or everybody's with scope `admin`.
    var seesAddresses: Bool { grant.tenant != nil || grant.scopes.contains(.admin) }

    func may(_ scope: KeyScope) -> Bool { grant.scopes.contains(scope) || grant.scopes.contains(.admin) }

    /// Whether there is anything that its messages must not be.
    var isLimited: Bool { !grant.templates.isEmpty || !grant.routes.isEmpty }

    func maySee(_ entry: OutboxEntry) -> Bool { onlyTenant.map { $0 == entry.tenant } ?? true }

    /// Why it may not send a message; `nil` where it may.
    func refusal(_ message: Message, _ routes: [RouteName]) -> String? {
        if !grant.templates.isEmpty {
            guard case .template(let name, _) = message.content else {
                return "the API key may not send finished text"
            }
            guard grant.templates.contains(name) else { return "the API key may not send this template" }
        }
        guard grant.routes.isEmpty || routes.allSatisfy(grant.routes.contains) else {
            return "the API key may not send by the route that takes this message"
        }
        return nil
    }
}

import NotificationGateway

/// Round robin between tenants: whose turn it is.
enum FairShare {
    /// The categories in the order in which they go out.
    static let order: [Category] = [.verification, .notification, .marketing]

    /// The next turns, at most `limit` of them.
    ///
    /// Every tenant with anything waiting has one turn in each round. Rounds go by name and begin after who was served last.
    static func turns(_ limit: Int, among waiting: [Tenant: Int], after last: Tenant?) -> [Tenant] {
        let names = waiting.keys.sorted()
        let start = last.flatMap { last in names.firstIndex { $0 > last } } ?? 0
        var round = names[start...] + names[..<start]
        var left = waiting
        var turns: [Tenant] = []
        while turns.count < limit, !round.isEmpty {
            round.removeAll { (left[$0] ?? 0) <= 0 }
            for tenant in round.prefix(limit - turns.count) {
                turns.append(tenant)
                left[tenant, default: 0] -= 1
            }
        }
        return turns
    }
}

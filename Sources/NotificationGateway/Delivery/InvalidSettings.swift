/// Settings that contradict themselves; lists every fault, so that all can be mended in one pass.
public struct InvalidSettings: Error, Sendable, CustomStringConvertible {
    /// One sentence for each fault.
    public var faults: [String]

    /// The faults, a line each.
    public var description: String { faults.joined(separator: "\n") }
}

extension GatewaySettings {
    /// The faults that would make a gateway of these settings fail later.
    func faults() -> [String] {
        let providerNames = Set(providers.map(\.name))
        let templateNames = Set(templates.map(\.name))
        var faults = Self.repeated(providers.map(\.name)).map { "provider '\($0)' is configured twice" }
        faults += Self.repeated(templates.map(\.name)).map { "template '\($0)' is configured twice" }
        for route in routes {
            if route.candidates.isEmpty { faults.append("route '\(route.name)' has no provider") }
            for candidate in route.candidates where !providerNames.contains(candidate.provider) {
                faults.append("route '\(route.name)' names the unknown provider '\(candidate.provider)'")
            }
            for template in route.rule.templates where !templateNames.contains(template) {
                faults.append("route '\(route.name)' matches the unknown template '\(template)'")
            }
            if route.candidates.contains(where: { $0.weight < 0 }) || !(0...100).contains(route.retries) {
                faults.append("route '\(route.name)' has a negative weight, or retries outside 0 to 100")
            }
        }
        return faults
    }

    private static func repeated<Name: Hashable>(_ names: [Name]) -> [Name] {
        var seen: Set<Name> = []
        return names.filter { !seen.insert($0).inserted }
    }
}
